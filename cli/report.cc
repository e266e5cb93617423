#include "cli/report.h"

#include <iomanip>
#include <nlohmann/json.hpp>

#include "cli/quantize_report.h"
#include "cli/statistics.h"
#include "converter/self_check.h"

namespace linnet::cli {
namespace {

using converter::ConvertReport;

constexpr size_t kShownTransposes = 8;

// "Conv2D 17, Add 10"
std::string CountsText(const std::map<std::string, int>& counts) {
  std::string text;
  for (const auto& [op, count] : counts) text += (text.empty() ? "" : ", ") + op + " " + std::to_string(count);
  return text.empty() ? "none" : text;
}

std::string TransposesText(const std::vector<std::string>& names) {
  std::string text = std::to_string(names.size());
  for (size_t i = 0; i < names.size() && i < kShownTransposes; ++i) text += (i == 0 ? ": " : ", ") + names[i];
  return names.size() > kShownTransposes ? text + ", ..." : text;
}

}  // namespace

void PrintReport(const ConvertReport& report, std::ostream& out) {
  out << "ops         " << report.ops_imported << " imported, " << report.ops_written << " written ("
      << CountsText(report.ops) << ")\n";
  for (const converter::PassReport& pass : report.passes) {
    if (pass.ops_before == pass.ops_after) continue;
    out << "  " << std::left << std::setw(28) << pass.name << std::right << std::setw(6) << pass.ops_before << " ->"
        << std::setw(6) << pass.ops_after << "\n";
  }
  if (!report.fused.empty()) out << "fused       " << report.fused.size() << "\n";
  for (const std::string& line : report.fused) out << "  " << line << "\n";
  if (!report.in_float.empty()) out << "in float    " << report.in_float.size() << "\n";
  for (const std::string& line : report.in_float) out << "  " << line << "\n";
  for (const std::string& line : report.slow_int8) out << "warning     " << line << " on this processor\n";
  out << "transposes  " << TransposesText(report.transposes) << "\n"
      << "work        " << static_cast<double>(report.macs) / 1e6 << " million multiply-accumulates a run\n"
      << "file        " << report.file_bytes << " bytes, weights " << report.weights_bytes << "\n"
      << "arena       " << report.arena_bytes << " bytes (" << BytesText(report.arena_bytes) << "); largest live set "
      << report.live_set_bytes << "\n";
  for (const auto& [name, nodes] : report.custom_ops) {
    out << "custom op   " << name << ", nodes: " << nodes
        << "; the app registers it. The self-check cannot run it and put "
        << "random values in the place of its results\n";
  }
  if (report.unchecked_results > 0) {
    out << "self-check  not of " << report.unchecked_results
        << " outputs and states behind custom ops whose result shapes the model does not declare\n";
  }
  if (report.checked) {
    out << "self-check  largest error " << report.largest_error << " of the largest output, at '" << report.worst_layer
        << "'";
    if (report.largest_error_steps >= 0) out << ", " << report.largest_error_steps << " steps of int8";
    if (report.moved_error >= 0) {
      out << "; the source's own results move by " << report.moved_error << " when its inputs move by " << converter::kSelfCheckMove;
    }
    out << "\n";
  } else if (!report.why_unchecked.empty()) {
    out << "self-check  not possible with random inputs: give values with --sample. " << report.why_unchecked << "\n";
  } else if (report.unchecked_results == 0) {
    out << "self-check  not run\n";
  }
  if (report.quantized) PrintQuantizeReport(report.quantization, out);
}

std::string ReportJson(const ConvertReport& report) {
  nlohmann::ordered_json json = {{"ops_imported", report.ops_imported},
                                 {"ops_written", report.ops_written},
                                 {"ops", report.ops},
                                 {"passes", nlohmann::ordered_json::array()},
                                 {"fused", report.fused},
                                 {"in_float", report.in_float},
                                 {"slow_int8", report.slow_int8},
                                 {"transposes", report.transposes},
                                 {"macs", report.macs},
                                 {"weights_bytes", report.weights_bytes},
                                 {"file_bytes", report.file_bytes},
                                 {"arena_bytes", report.arena_bytes},
                                 {"live_set_bytes", report.live_set_bytes},
                                 {"checked", report.checked},
                                 {"why_unchecked", report.why_unchecked},
                                 {"within_tolerance", report.within_tolerance},
                                 {"largest_error", report.largest_error},
                                 {"worst_layer", report.worst_layer}};
  json["custom_ops"] = nlohmann::ordered_json::object();
  for (const auto& [name, nodes] : report.custom_ops) json["custom_ops"][name] = nodes;
  json["unchecked_results"] = report.unchecked_results;
  if (report.largest_error_steps >= 0) json["largest_error_steps"] = report.largest_error_steps;
  if (report.moved_error >= 0) json["moved_error"] = report.moved_error;
  for (const converter::PassReport& pass : report.passes) {
    json["passes"].push_back({{"name", pass.name}, {"ops_before", pass.ops_before}, {"ops_after", pass.ops_after}});
  }
  if (report.quantized) json["quantization"] = QuantizeReportJson(report.quantization);
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace linnet::cli
