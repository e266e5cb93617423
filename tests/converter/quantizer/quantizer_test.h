// Calibration data and comparisons for tests of the quantiser.
#ifndef LINNET_TESTS_CONVERTER_QUANTIZER_QUANTIZER_TEST_H_
#define LINNET_TESTS_CONVERTER_QUANTIZER_QUANTIZER_TEST_H_

#include "converter/quantizer/quantizer.h"
#include "converter/tensor_values.h"
#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {

// Random samples for all inputs of the graph.
inline SampleSet RandomSamples(const Graph& graph, size_t count) {
  SampleSet set;
  for (size_t s = 0; s < count; ++s) {
    Sample sample;
    for (ValueId id : graph.inputs) {
      const Value& value = graph.value(id);
      sample.push_back(RandomTensor(value.name, value.type, value.shape, 100 * s + static_cast<size_t>(id)));
    }
    set.samples.push_back(std::move(sample));
    set.names.push_back("sample " + std::to_string(s));
  }
  return set;
}

inline std::vector<double> OutputOf(const Graph& graph, const Sample& sample) {
  Result<std::vector<HostTensor>> outputs = Evaluate(graph, sample, graph.outputs);
  EXPECT_TRUE(outputs.ok()) << outputs.status().message();
  if (!outputs.ok()) return {};
  const HostTensor& tensor = (*outputs)[0];
  return ToDoubles(tensor.type, tensor.bytes.data(), static_cast<size_t>(tensor.shape.elements()));
}

}  // namespace linnet::converter

#endif  // LINNET_TESTS_CONVERTER_QUANTIZER_QUANTIZER_TEST_H_
