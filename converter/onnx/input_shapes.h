// Sizes of a model's inputs: what the model declares, what the user pins, and what symbols are planned at.
#ifndef LINNET_CONVERTER_ONNX_INPUT_SHAPES_H_
#define LINNET_CONVERTER_ONNX_INPUT_SHAPES_H_

#include <map>
#include <string>
#include <vector>

#include "converter/onnx/importer.h"
#include "converter/onnx/model.h"

namespace linnet::converter::onnx {

// Dimensions of each of `inputs`, in order. A dimension without size keeps its symbol (made up, "name_0", where it has
// none) unless options.shapes gives it a size; a symbol that gets one has it in all inputs.
// Errors: kInvalidArgument for names, ranks and sizes in the options that do not fit; kUnsupported for an input of
// unknown rank.
struct InputShape {
  std::vector<Dim> dims;
  Shape shape;  // at the default sizes of symbols
};
Result<std::vector<InputShape>> ResolveInputShapes(const std::vector<const ValueInfoProto*>& inputs,
                                                   const ImportOptions& options);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_INPUT_SHAPES_H_
