// What a list of times says.
#ifndef LINNET_CLI_STATISTICS_H_
#define LINNET_CLI_STATISTICS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace linnet::cli {

// In the unit of the samples.
struct Statistics {
  double median = 0;  // the upper one of an even count
  double min = 0;
  double p90 = 0;  // nine in ten are at most this
};

// All zero for no samples.
Statistics Summarize(std::vector<double> samples);

// Milliseconds since `start`.
inline double MillisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// Largest resident size of this process so far, in MiB; 0 where the system does not say.
double PeakResidentMebibytes();

// "4.59 MiB", "812 bytes"
std::string BytesText(uint64_t bytes);

}  // namespace linnet::cli

#endif  // LINNET_CLI_STATISTICS_H_
