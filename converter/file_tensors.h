// Runs a .linnet file and shows every tensor that its main graph computes.
#ifndef LINNET_CONVERTER_FILE_TENSORS_H_
#define LINNET_CONVERTER_FILE_TENSORS_H_

#include <memory>
#include <string>
#include <vector>

#include "converter/evaluate.h"
#include "format/schema.h"

namespace linnet::converter {

// A tensor of the file with what computed it.
struct FileTensor {
  HostTensor value;
  std::string node, op;
  std::unique_ptr<format::QuantizationT> quantization;
  bool is_output = false;  // of the model, or the next value of a state
};

class ModelFile {
 public:
  // Verifies the file. Errors: as Model::Open.
  static Result<ModelFile> Open(const std::string& path);

  // Name, type and declared shape (-1: symbolic) of each input, and of each state. `value.bytes` are empty.
  const std::vector<HostTensor>& inputs() const { return inputs_; }
  const std::vector<HostTensor>& states() const { return states_; }
  // Sizes that the file plans for input i.
  const Shape& planned_shape(size_t i) const { return planned_shapes_[i]; }
  // What a float input can be without being cut off: the range of the int8 or uint8 tensor that it becomes; [-1, 1) if none.
  struct Range {
    double low = -1, high = 1;
  };
  const Range& range(size_t i) const { return ranges_[i]; }

  // Runs the model on one value for each input, states at zero, and gives what each op computed, in order.
  Result<std::vector<FileTensor>> Run(const std::vector<HostTensor>& values) const;

 private:
  void Describe();
  // The model with every computed tensor as an output, in the order of the ops.
  format::ModelT ShowEverything() const;

  std::shared_ptr<const Model> model_;
  std::vector<HostTensor> inputs_, states_;
  std::vector<Shape> planned_shapes_;
  std::vector<Range> ranges_;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_FILE_TENSORS_H_
