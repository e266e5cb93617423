#include "cli/profile.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>

#include "cli/statistics.h"

namespace linnet::cli {

bool Profiler::OnOp(void* profiler, const OpEvent& event) {
  auto& self = *static_cast<Profiler*>(profiler);
  if (!event.done) {
    self.start_ = std::chrono::steady_clock::now();
    return true;
  }
  const double milliseconds = MillisecondsSince(self.start_);
  const size_t index = static_cast<size_t>(event.index);
  if (self.times_.size() <= index) self.times_.resize(index + 1);
  OpTime& time = self.times_[index];
  if (time.op.empty()) time = {event.op, event.node, 0, {}};
  time.milliseconds += milliseconds;
  return true;
}

// Makes `time`, of the next stage of a chain, that of the chain up to there.
static void Prepend(const OpTime& chain, OpTime* time) {
  time->op = chain.op + "+" + time->op;
  time->milliseconds += chain.milliseconds;
  time->cost.operations += chain.cost.operations;
  time->cost.bytes += chain.cost.bytes;
}

std::vector<OpTime> Profiler::TimesPerRun(size_t runs, const Prepared& prepared) const {
  std::vector<OpTime> times;
  size_t index = 0;
  OpTime chain;  // the stages so far of the chain that a step belongs to
  for (const Step& step : prepared.steps) {
    if (step.folded || index >= times_.size()) continue;
    OpTime time = times_[index++];
    time.milliseconds /= static_cast<double>(runs);
    time.cost = converter::CostOf(step, prepared.slots);
    if (!chain.op.empty()) Prepend(chain, &time);
    chain = step.absorbed ? time : OpTime();
    if (step.absorbed) {
      const TensorSlot& between = prepared.slots[step.op->outputs()->Get(0)];
      chain.cost.bytes -= 2.0 * static_cast<double>(TensorBytes(between.type, between.shape));  // it stays in the cache
    } else {
      times.push_back(time);
    }
  }
  return times;
}

Roof MeasureRoof(int threads) {
  Roof roof = bench::MeasurePeak();
  roof.gflops *= threads;
  return roof;
}

double PercentOfRoof(const OpTime& time, const Roof& roof) {
  if (time.cost.int8 || time.milliseconds <= 0) return 0;
  const double seconds = std::max(time.cost.operations / roof.gflops, time.cost.bytes / roof.gbytes_per_second) / 1e9;
  return 100 * seconds / (time.milliseconds / 1e3);
}

void PrintProfile(std::vector<OpTime> times, const Roof& roof, std::ostream& out) {
  double total = 0;
  for (const OpTime& time : times) total += time.milliseconds;
  std::stable_sort(times.begin(), times.end(),
                   [](const OpTime& a, const OpTime& b) { return a.milliseconds > b.milliseconds; });
  out << std::fixed << std::setprecision(1) << "\n  roof      " << roof.gflops << " GFLOP/s fp32, "
      << roof.gbytes_per_second << " GB/s from memory, measured\n"
      << "\n        ms  share   GFLOP/s  roof  op                node\n";
  for (const OpTime& time : times) {
    const double percent = PercentOfRoof(time, roof);
    out << std::setw(10) << std::setprecision(4) << time.milliseconds << std::setw(6) << std::setprecision(1)
        << (total > 0 ? 100 * time.milliseconds / total : 0) << "%" << std::setw(10) << time.gflops();
    if (percent > 0) {
      out << std::setw(5) << std::setprecision(0) << percent << "%";
    } else {
      out << "     -";
    }
    out << "  " << std::left << std::setw(16) << time.op << "  " << std::right << time.node << "\n";
  }
}

void AddProfile(const std::vector<OpTime>& times, const Roof& roof, nlohmann::ordered_json* line) {
  (*line)["roof"] = {{"gflops", roof.gflops}, {"gbytes_per_second", roof.gbytes_per_second}};
  (*line)["profile"] = nlohmann::ordered_json::array();
  for (const OpTime& time : times) {
    (*line)["profile"].push_back({{"op", time.op},
                                  {"node", time.node},
                                  {"ms", time.milliseconds},
                                  {"operations", time.cost.operations},
                                  {"bytes", time.cost.bytes},
                                  {"gflops", time.gflops()},
                                  {"percent_of_roof", PercentOfRoof(time, roof)}});
  }
}

}  // namespace linnet::cli
