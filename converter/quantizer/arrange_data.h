// Calibration data as a graph takes it.
#ifndef LINNET_CONVERTER_QUANTIZER_ARRANGE_DATA_H_
#define LINNET_CONVERTER_QUANTIZER_ARRANGE_DATA_H_

#include "converter/convert.h"

namespace linnet::converter {

// The inputs that need data: all but states.
std::vector<DeclaredInput> DeclaredInputs(const Graph& imported);

// Loads the data and checks that each sample fits the inputs. Then adds zeros for states and turns images where the graph
// takes them channels last. Errors: those of options.load_data, and kInvalidArgument that names sample and input.
Result<CalibrationData> ArrangeData(const Graph& imported, const ConvertOptions& options);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_ARRANGE_DATA_H_
