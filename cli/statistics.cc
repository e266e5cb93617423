#include "cli/statistics.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

namespace linnet::cli {

Statistics Summarize(std::vector<double> samples) {
  Statistics statistics;
  if (samples.empty()) return statistics;
  std::sort(samples.begin(), samples.end());
  statistics.median = samples[samples.size() / 2];
  statistics.min = samples.front();
  statistics.p90 = samples[(samples.size() * 9 + 9) / 10 - 1];
  return statistics;
}

double PeakResidentMebibytes() {
  rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / (1024 * 1024);  // bytes there
#else
  return static_cast<double>(usage.ru_maxrss) / 1024;
#endif
}

std::string BytesText(uint64_t bytes) {
  constexpr uint64_t kKibi = 1024;
  char text[32];
  if (bytes < kKibi) {
    std::snprintf(text, sizeof(text), "%d bytes", static_cast<int>(bytes));
  } else if (bytes < kKibi * kKibi) {
    std::snprintf(text, sizeof(text), "%.1f KiB", static_cast<double>(bytes) / kKibi);
  } else {
    std::snprintf(text, sizeof(text), "%.2f MiB", static_cast<double>(bytes) / (kKibi * kKibi));
  }
  return text;
}

}  // namespace linnet::cli
