// Post-training quantisation to int8: from an optimised float graph and data to the same graph with pairs of QuantizeLinear
// and DequantizeLinear, of which the int8 passes make integer ops.
#ifndef LINNET_CONVERTER_QUANTIZER_QUANTIZER_H_
#define LINNET_CONVERTER_QUANTIZER_QUANTIZER_H_

#include <functional>
#include <string>
#include <vector>

#include "converter/quantizer/compare_outputs.h"
#include "converter/quantizer/ranges.h"
#include "converter/quantizer/statistics.h"

namespace linnet::converter {

struct QuantizeOptions {
  RangeMethod range = RangeMethod::kAuto;
  // Percent of predictions that may change (OutputComparison::drop). Layers that hurt most stay in float until no more do.
  double max_drop = 1;
  std::vector<std::string> keep_float;  // nodes that stay in float, by name
};

struct CalibrationData {
  SampleSet calibration, held_out;  // in the order of the graph's inputs
};

// What became of one convolution, matrix product or other op.
struct LayerReport {
  std::string name, op;
  bool int8 = false;
  std::string reason;       // why it stays in float; "" where it does not
  // Of its result, if int8.
  float lo = 0, hi = 0;     // what the 256 steps cover
  std::string method;       // that chose it; "fixed" where the op or another tensor decides
  double saturation = 0;    // part of the values outside of it
  double sqnr_db = 0;       // of the result against float, with everything before it in int8 too
  double own_sqnr_db = 0;   // of the model's outputs if only this layer's result and weights are rounded
  bool equalized = false, bias_corrected = false;
};

struct QuantizeReport {
  std::vector<LayerReport> layers;
  std::vector<std::string> notes;         // one line each, such as tensors that are constant
  std::vector<Comparison> comparisons;    // of float and int8: on the calibration data and on held-out data
  int int8_layers = 0, float_layers = 0;  // of all ops that have an int8 form
  double max_drop = 0;
  bool within_drop = true;                // on the calibration data
};

using StageProgress = std::function<void(const char* stage, double done)>;

// Rewrites the graph. Errors: kInvalidArgument (no calibration data; NaN, infinite or constant inputs; an unknown node in
// keep_float), and those of running the graph.
Result<QuantizeReport> Quantize(const CalibrationData& data, const QuantizeOptions& options,
                                const StageProgress& progress, Graph* graph);

// Compares the float graph with what became of it in the end; adds to report->comparisons.
Status CompareWithFloat(const Graph& float_graph, const Graph& quantized, const CalibrationData& data,
                        QuantizeReport* report);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_QUANTIZER_H_
