// The whole conversion: ONNX file -> import -> passes -> plan -> pack -> self-check -> .linnet file, with a report.
#ifndef LINNET_CONVERTER_CONVERT_H_
#define LINNET_CONVERTER_CONVERT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "converter/evaluate.h"
#include "converter/onnx/importer.h"
#include "converter/quantizer/quantizer.h"
#include "converter/writer.h"

namespace linnet::converter {

// How weights are stored and what is computed with them.
enum class Precision {
  kFloat32,
  kFloat16,  // weights in half precision, arithmetic in float32
  kInt8,     // weights and activations, with ranges from calibration data
  kDynamic,  // weights of matrix products in int8; their activations are quantised in the run
};

// An input as the source model declares it. A negative size is free.
struct DeclaredInput {
  std::string name;
  ElementType type;
  Shape shape;
};

struct ConvertOptions {
  ImportOptions import;
  // Further sizes of inputs that are planned in the file, beside those of import.default_shapes: input name -> sizes, in the
  // source's layout. Inputs and symbols that are not named have their default sizes.
  std::vector<std::map<std::string, std::vector<int64_t>>> more_plans;
  // Rank-4 (rank-3) float inputs are taken as [n, h, w, c] ([n, w, c]) instead of the source's [n, c, h, w].
  bool input_nhwc = false;
  // (output, input): after each run the output's value becomes the input's value of the next run.
  std::vector<std::pair<std::string, std::string>> states;
  // Values of inputs for the self-check, found by name, in the layout of the source model. Inputs without one get
  // random values that are safe for their type.
  std::vector<HostTensor> samples;
  bool self_check = true;
  // Largest allowed difference between the optimised graph and the graph as imported, relative to the largest
  // magnitude of the output.
  double tolerance = 1e-4;
  uint64_t seed = 1;
  // Of each input that can be a picture (float, rank 3 or 4), written to the model; not if its color is "".
  InputDescription picture_description;
  Precision precision = Precision::kFloat32;
  QuantizeOptions quantize;  // kInt8; of kDynamic, keep_float
  // Gives the data for kInt8, and for kDynamic and kFloat16, which only compare on it; may be empty there: values in the order of
  // the inputs, as the source model takes them. May be called more than once.
  std::function<Result<CalibrationData>(const std::vector<DeclaredInput>&)> load_data;
  // Called now and then with the work at hand ("layout", "self-check") and how much of all is done, from 0 to 1.
  std::function<void(const char* stage, double done)> on_progress;
};

// Op counts around one pass.
struct PassReport {
  std::string name;
  int ops_before = 0;
  int ops_after = 0;
};

struct ConvertReport {
  std::vector<PassReport> passes;
  int ops_imported = 0;
  int ops_written = 0;
  std::map<std::string, int> ops;       // written, by type
  std::vector<std::string> fused;       // one line each: "Conv_3 + BatchNorm_4 + Relu_5"
  std::vector<std::string> in_float;    // ops of an int8 graph that stay in float, with the reason
  std::vector<std::string> slow_int8;   // layers that took longer in int8 than in fp32 on this processor
  std::vector<std::string> transposes;  // names of the nodes whose transposes remain
  int64_t macs = 0;                     // multiply-accumulates of one run at the default shapes
  uint64_t weights_bytes = 0;
  uint64_t file_bytes = 0;
  uint64_t arena_bytes = 0;
  uint64_t live_set_bytes = 0;  // largest sum of tensors alive at once: no plan can be smaller
  // "my.domain::Foo" of ops that the app has to bring, with their nodes. They do not run here: the self-check puts random
  // values of the declared shapes in their outputs' places.
  std::vector<std::pair<std::string, int>> custom_ops;
  // Self-check.
  bool checked = false;
  std::string why_unchecked;  // random inputs that the graph as imported cannot run with; "" otherwise
  int unchecked_results = 0;    // outputs and states behind custom ops whose shapes the model does not declare
  bool within_tolerance = true;
  double largest_error = 0;  // relative to the largest magnitude of the output
  double largest_error_steps = -1;  // in steps of int8, of outputs that have them; -1: none
  // By how much of the largest output the source's own results differ when its inputs move by a ten thousandth, measured where a
  // quantised graph's error passes the tolerance; -1: not needed.
  double moved_error = -1;
  std::string worst_layer;   // node after which the error first passes the tolerance, else the worst output
  // For all precisions but float32, whose error the self-check above does not hold.
  bool quantized = false;
  QuantizeReport quantization;
};

// Converts the file at `onnx_path`. The output appears whole or not at all: it is written beside its final place and
// renamed, and an existing file stays as it is on any failure. If the self-check finds a difference above the tolerance
// the report says so (within_tolerance) and nothing is written. Errors as ImportOnnx, and kIoError for the output.
Result<ConvertReport> Convert(const std::string& onnx_path, const std::string& output_path,
                              const ConvertOptions& options);

// The same without a file: the bytes of the .linnet file, 64-byte aligned, and the report.
struct ConvertedModel {
  Bytes bytes;
  ConvertReport report;
};
Result<ConvertedModel> ConvertToBuffer(const std::string& onnx_path, const ConvertOptions& options);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_CONVERT_H_
