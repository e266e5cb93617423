// The part of a conversion's report that tells of int8.
#ifndef LINNET_CLI_QUANTIZE_REPORT_H_
#define LINNET_CLI_QUANTIZE_REPORT_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "converter/quantizer/quantizer.h"

namespace linnet::cli {

// A line for each layer, with layers that are all right left out where there are many; then the comparison with float.
void PrintQuantizeReport(const converter::QuantizeReport& report, std::ostream& out);

nlohmann::ordered_json QuantizeReportJson(const converter::QuantizeReport& report);

}  // namespace linnet::cli

#endif  // LINNET_CLI_QUANTIZE_REPORT_H_
