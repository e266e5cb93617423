// The report of a conversion, for people and for programs.
#ifndef LINNET_CLI_REPORT_H_
#define LINNET_CLI_REPORT_H_

#include <ostream>
#include <string>

#include "converter/convert.h"

namespace linnet::cli {

void PrintReport(const converter::ConvertReport& report, std::ostream& out);

// A JSON object with the report's fields under their names.
std::string ReportJson(const converter::ConvertReport& report);

}  // namespace linnet::cli

#endif  // LINNET_CLI_REPORT_H_
