// Graph -> the bytes of a .linnet file, with memory plans for the default shapes and for others.
#ifndef LINNET_CONVERTER_WRITER_H_
#define LINNET_CONVERTER_WRITER_H_

#include <map>
#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

struct WrittenModel {
  Bytes bytes;  // 64-byte aligned
  uint64_t weights_bytes = 0;
  uint64_t arena_bytes = 0;
  uint64_t live_set_bytes = 0;
};

// How pixels become numbers, for apps to read: (pixel / 255 - mean[c]) / std[c].
struct InputDescription {
  std::string input;
  std::string color;             // "rgb", "bgr"
  std::vector<float> mean, std;  // one number or one a channel; empty: 0 and 1
};

// A size for each symbol that differs from its default.
using SymbolSizes = std::map<std::string, int64_t>;

// The numbers in the result are those of the default shapes. REQUIRES: a sorted graph whose shapes are inferred. Errors: those of
// preparing the model in the engine, at the default sizes or at one of `more_plans`.
Result<WrittenModel> WriteModel(const Graph& graph, const std::vector<SymbolSizes>& more_plans = {},
                                const std::vector<InputDescription>& descriptions = {});

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_WRITER_H_
