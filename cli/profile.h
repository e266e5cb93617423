// Where the time of a run goes, op by op, and how near to the processor's roof each op comes.
#ifndef LINNET_CLI_PROFILE_H_
#define LINNET_CLI_PROFILE_H_

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "bench/peak.h"
#include "converter/op_cost.h"
#include "linnet/linnet.h"

namespace linnet::cli {

struct OpTime {
  std::string op, node;
  double milliseconds = 0;  // of one run
  converter::OpCost cost;

  double gflops() const {
    return milliseconds > 0 ? cost.operations / milliseconds / 1e6 : 0;
  }  // 1e9 operations a second
};

// Gathers op times through SessionOptions.on_op, with itself as the context.
class Profiler {
 public:
  static bool OnOp(void* profiler, const OpEvent& event);
  void Reset() { times_.clear(); }
  // Of one run, from the sums over `runs` that were gathered. Ops that run together, a few rows at a time, are one: "Conv2D+MaxPool".
  std::vector<OpTime> TimesPerRun(size_t runs, const Prepared& prepared) const;

 private:
  std::chrono::steady_clock::time_point start_;
  std::vector<OpTime> times_;
};

using Roof = bench::Peak;

// Measured on one thread; the operations are those of `threads` cores. Takes about a fifth of a second and 100 MB.
Roof MeasureRoof(int threads);

// Of the time an op took, the part that its operations or its bytes need at the roof, in percent: more than 100 where
// the bytes come from a cache or where the algorithm saves operations. 0: not known (int8).
double PercentOfRoof(const OpTime& time, const Roof& roof);

void PrintProfile(std::vector<OpTime> times, const Roof& roof, std::ostream& out);  // slowest first
void AddProfile(const std::vector<OpTime>& times, const Roof& roof, nlohmann::ordered_json* line);

}  // namespace linnet::cli

#endif  // LINNET_CLI_PROFILE_H_
