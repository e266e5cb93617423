#include "cli/quantize_report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace linnet::cli {
namespace {

using converter::Comparison;
using converter::LayerReport;
using converter::OutputComparison;
using converter::QuantizeReport;

std::string Shortened(const std::string& text, size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 3) + "...";
}

void PrintLayer(const LayerReport& layer, std::ostream& out) {
  std::ostringstream line;
  line << "  " << std::left << std::setw(34) << Shortened(layer.name, 34) << " " << std::setw(17) << layer.op
       << std::right;
  if (!layer.int8) {
    out << line.str() << " float: " << layer.reason << "\n";
    return;
  }
  std::ostringstream range;
  range << std::setprecision(4) << "[" << layer.lo << ", " << layer.hi << "]";
  line << std::fixed << std::setprecision(1) << std::setw(6) << layer.sqnr_db << std::setw(7) << layer.own_sqnr_db
       << "  " << std::left << std::setw(22) << range.str() << std::setw(11) << layer.method << std::right
       << std::setprecision(3) << std::setw(7) << 100 * layer.saturation << " %";
  if (layer.equalized) line << "  equalised";
  if (layer.bias_corrected) line << "  bias corrected";
  out << line.str() << "\n";
}

void PrintComparison(const Comparison& comparison, std::ostream& out) {
  for (const OutputComparison& output : comparison.outputs) {
    out << "  " << std::left << std::setw(12) << comparison.set << " " << std::setw(24) << Shortened(output.name, 24)
        << std::right << std::fixed << std::setprecision(1) << std::setw(7) << output.sqnr_db() << " dB";
    if (output.predictions > 0) {
      out << ", " << output.changed << " of " << output.predictions << " predictions change";
    }
    out << " (" << comparison.samples << " samples)\n" << std::defaultfloat << std::setprecision(6);
  }
}

}  // namespace

void PrintQuantizeReport(const QuantizeReport& report, std::ostream& out) {
  if (!report.layers.empty()) {
    out << "int8        " << report.int8_layers << " layers in int8, " << report.float_layers << " in float\n"
        << "  " << std::left << std::setw(34) << "layer"
        << " " << std::setw(17) << "op" << std::right << std::setw(6) << "dB" << std::setw(7) << "own"
        << "  " << std::left << std::setw(22) << "range" << std::setw(11) << "chosen by" << std::right << std::setw(9)
        << "outside"
        << "\n";
  }
  for (const LayerReport& layer : report.layers) PrintLayer(layer, out);
  for (const std::string& note : report.notes) out << "  " << note << "\n";
  if (report.comparisons.empty()) {
    out << "against fp32  not compared: no data\n";
    return;
  }
  out << "against fp32\n";
  for (const Comparison& comparison : report.comparisons) PrintComparison(comparison, out);
  if (!report.within_drop) {
    out << "  more than " << report.max_drop << " % of the predictions change; see docs/quantization.md\n";
  }
}

nlohmann::ordered_json QuantizeReportJson(const QuantizeReport& report) {
  using Json = nlohmann::ordered_json;
  Json json = {{"int8_layers", report.int8_layers},
               {"float_layers", report.float_layers},
               {"max_drop", report.max_drop},
               {"within_drop", report.within_drop},
               {"notes", report.notes},
               {"layers", Json::array()},
               {"comparisons", Json::array()}};
  for (const LayerReport& layer : report.layers) {
    Json row = {{"name", layer.name}, {"op", layer.op}, {"int8", layer.int8}};
    if (layer.int8) {
      row.update({{"range", {layer.lo, layer.hi}},
                  {"chosen_by", layer.method},
                  {"saturation", layer.saturation},
                  {"sqnr_db", layer.sqnr_db},
                  {"own_sqnr_db", layer.own_sqnr_db},
                  {"equalized", layer.equalized},
                  {"bias_corrected", layer.bias_corrected}});
    } else {
      row["reason"] = layer.reason;
    }
    json["layers"].push_back(std::move(row));
  }
  for (const Comparison& comparison : report.comparisons) {
    Json outputs = Json::array();
    for (const OutputComparison& output : comparison.outputs) {
      outputs.push_back({{"name", output.name},
                         {"sqnr_db", output.sqnr_db()},
                         {"predictions", output.predictions},
                         {"changed", output.changed},
                         {"drop", output.drop()}});
    }
    json["comparisons"].push_back({{"set", comparison.set},
                                   {"samples", comparison.samples},
                                   {"sqnr_db", converter::Decibels(comparison.relative_noise)},
                                   {"outputs", std::move(outputs)}});
  }
  return json;
}

}  // namespace linnet::cli
