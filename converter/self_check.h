// The numeric check that ends every conversion: the optimised graph against the graph as imported, on the same inputs.
#ifndef LINNET_CONVERTER_SELF_CHECK_H_
#define LINNET_CONVERTER_SELF_CHECK_H_

#include "converter/convert.h"

namespace linnet::converter {

// How far the inputs of a quantised source are moved to see how far its results do, as a part of their largest magnitude.
constexpr double kSelfCheckMove = 1e-4;

// kInvalidArgument if a sample is for no input of the graph, or has another type or other sizes. Free sizes may differ.
Status CheckSamples(const Graph& imported, const std::vector<HostTensor>& samples);

// Runs both graphs and sets the report's self-check fields. The graphs have the same inputs by name, in the same order;
// those of `optimized` may be channels last where options.input_nhwc says so. Where the graph as imported cannot run with random
// values, report->why_unchecked says so, and that is no error. REQUIRES: CheckSamples() is ok.
Status SelfCheck(const Graph& imported, const Graph& optimized, const ConvertOptions& options, ConvertReport* report);

// True if --input-layout nhwc applies to such an input: float, rank 3 or 4.
bool TakesChannelsLast(ElementType type, int rank);

// [n, c, spatial...] -> [n, spatial..., c]
HostTensor ChannelsLast(const HostTensor& tensor);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_SELF_CHECK_H_
