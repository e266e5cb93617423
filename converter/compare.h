// linnet compare: what every tensor of a .linnet file computes, against the same tensor of the ONNX model it came from.
#ifndef LINNET_CONVERTER_COMPARE_H_
#define LINNET_CONVERTER_COMPARE_H_

#include <string>
#include <vector>

#include "converter/evaluate.h"
#include "converter/file_tensors.h"
#include "converter/onnx/importer.h"

namespace linnet::converter {

struct CompareOptions {
  // Values of inputs by name, in the layout of the source. The rest get random values, within the range that an int8 file can
  // take; states zeros.
  std::vector<HostTensor> samples;
  // The file's rank-3 and rank-4 float inputs are channels last, as convert --input-layout nhwc makes them.
  bool input_nhwc = false;
  uint64_t seed = 1;
};

struct TensorComparison {
  std::string tensor;        // its name in the source
  std::string node, op;      // node of the source that the file's op came from, and that op
  std::string type;          // in the file: "int8 [1, 56, 56, 24]"
  double error = 0;          // largest difference, relative to the largest magnitude
  double sqnr = 0;           // in dB; infinite where both are equal
  bool is_output = false;    // of the model, or the next value of a state
};

struct CompareReport {
  std::vector<TensorComparison> tensors;  // worst (smallest SQNR) first
  int without_counterpart = 0;            // tensors of the file that the source does not have
  bool quantized = false;                 // some tensor of the file is of integers that stand for reals
};

// Runs both on the same inputs, at the sizes of the samples, else those that the file plans. Quantised tensors are compared as
// the reals that they stand for. Errors: those of loading, importing and running; kInvalidArgument if the two have no
// output in common, or a sample does not fit.
Result<CompareReport> CompareWithSource(const std::string& onnx_path, const std::string& linnet_path,
                                        const CompareOptions& options);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_COMPARE_H_
