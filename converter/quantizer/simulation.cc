#include "converter/quantizer/simulation.h"

#include <algorithm>
#include <set>

#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

constexpr size_t kFew = 4;
// Samples for whole comparisons: as many as compute some hundred megabytes of values, within limits.
constexpr size_t kLeastMany = 32, kMostMany = 256, kManyBytes = size_t{400} << 20;

// What a tensor's readers see: the value itself, or what QuantizeLinear and DequantizeLinear make of it.
ValueId AsRead(const GraphIndex& index, ValueId id) {
  for (const Node* quantize : index.consumers(id)) {
    if (quantize->op != format::OpCode::QuantizeLinear) continue;
    for (const Node* dequantize : index.consumers(quantize->outputs[0])) {
      if (dequantize->op == format::OpCode::DequantizeLinear) return dequantize->outputs[0];
    }
  }
  return id;
}

void AddNoise(const HostTensor& expected, const Tensor& found, OutputComparison* sum) {
  if (expected.shape != found.shape()) return;
  const size_t count = static_cast<size_t>(expected.shape.elements());
  const Difference difference = Compare(ToDoubles(expected.type, expected.bytes.data(), count),
                                        ToDoubles(found.type(), found.raw_data(), count));
  sum->noise += difference.noise;
  sum->signal += difference.signal;
}

}  // namespace

Result<std::unique_ptr<Simulation>> Simulation::Create(const Graph& graph, const SampleSet& set) {
  std::unique_ptr<Simulation> simulation(new Simulation(graph, set));
  simulation->packed_ = CloneGraph(graph);
  PassLog unused;
  int changes = 0;
  LINNET_RETURN_IF_ERROR(PackConstants(&simulation->packed_, &unused, &changes));
  LINNET_RETURN_IF_ERROR(simulation->Cache());
  Result<Reference> many = Reference::Create(simulation->packed_, set, SpreadSamples(set.samples.size(), simulation->ManySamples()));
  if (!many.ok()) return std::move(many.status());
  simulation->many_ = std::move(*many);
  return simulation;
}

size_t Simulation::ManySamples() const {
  size_t bytes = 1;
  if (!values_.empty()) {
    for (const auto& [id, value] : values_[0]) bytes += value.bytes.size();
  }
  return std::min(std::max(kManyBytes / bytes, kLeastMany), kMostMany);
}

Result<Graph> Simulation::Rounded(const QuantizationPlan& plan) const {
  Graph graph = CloneGraph(packed_);
  InsertQuantization(graph_, plan, Rounding::kSimulated, &graph);
  PassLog unused;
  int changes = 0;
  LINNET_RETURN_IF_ERROR(PackConstants(&graph, &unused, &changes));
  return graph;
}

Status Simulation::Cache() {
  std::vector<ValueId> computed;
  for (const auto& node : packed_.nodes()) {
    for (ValueId id : node->outputs) {
      if (id != kNoValue) computed.push_back(id);
    }
  }
  GraphRunner runner(packed_, computed);
  for (size_t sample : SpreadSamples(set_.samples.size(), kFew)) {
    LINNET_RETURN_IF_ERROR(runner.Run(set_.samples[sample]));
    std::map<ValueId, HostTensor> values;
    for (size_t i = 0; i < packed_.inputs.size(); ++i) values[packed_.inputs[i]] = set_.samples[sample][i];
    for (size_t i = 0; i < computed.size(); ++i) {
      const Tensor& tensor = runner.Output(i);
      const auto* bytes = static_cast<const uint8_t*>(tensor.raw_data());
      HostTensor value{tensor.name(), tensor.type(), tensor.shape(), {}};
      if (tensor.bytes() > 0) value.bytes.assign(bytes, bytes + tensor.bytes());
      values[computed[i]] = std::move(value);
    }
    values_.push_back(std::move(values));
  }
  return Status();
}

Result<double> Simulation::Noise(const QuantizationPlan& plan) const {
  Result<Graph> graph = Rounded(plan);
  if (!graph.ok()) return std::move(graph.status());
  // What was added to the graph has a higher id than anything that was there.
  const auto is_new = [&](ValueId id) { return id >= packed_.value_count(); };
  std::set<ValueId> changed;
  std::vector<const Node*> nodes;
  for (const auto& node : graph->nodes()) {
    const bool changes = std::any_of(node->inputs.begin(), node->inputs.end(),
                                     [&](ValueId id) { return is_new(id) || changed.count(id) != 0; });
    if (!changes) continue;
    nodes.push_back(node.get());
    changed.insert(node->outputs.begin(), node->outputs.end());
  }
  const std::vector<ValueId> exact = MeasuredValues(packed_), rounded = MeasuredValues(*graph);
  std::vector<ValueId> wanted, expected;
  for (size_t i = 0; i < exact.size(); ++i) {
    if (changed.count(rounded[i]) == 0) continue;
    wanted.push_back(rounded[i]);
    expected.push_back(exact[i]);
  }
  if (wanted.empty()) return 0.0;
  std::vector<OutputComparison> sums(wanted.size());
  GraphRunner runner(*graph, std::move(nodes), wanted);
  for (const std::map<ValueId, HostTensor>& values : values_) {
    LINNET_RETURN_IF_ERROR(runner.Run([&](ValueId id) -> const HostTensor* {
      const auto found = values.find(id);
      return found == values.end() ? nullptr : &found->second;
    }));
    for (size_t i = 0; i < wanted.size(); ++i) AddNoise(values.at(expected[i]), runner.Output(i), &sums[i]);
  }
  double noise = 0;
  for (const OutputComparison& sum : sums) noise += sum.relative_noise() / static_cast<double>(exact.size());
  return noise;
}

Result<Comparison> Simulation::Compare(const QuantizationPlan& plan) const {
  Result<Graph> graph = Rounded(plan);
  if (!graph.ok()) return std::move(graph.status());
  return many_.Compare(*graph);
}

Result<std::vector<double>> Simulation::SiteNoise(const QuantizationPlan& plan) const {
  Result<Graph> graph = Rounded(plan);
  if (!graph.ok()) return std::move(graph.status());
  const GraphIndex index(*graph);
  std::vector<ValueId> exact, rounded;
  for (const Site& site : plan.sites) {
    exact.push_back(packed_.nodes()[site.node]->outputs[0]);
    rounded.push_back(AsRead(index, exact.back()));
  }
  GraphRunner runner(*graph, rounded);
  std::vector<OutputComparison> sums(exact.size());
  const std::vector<size_t> samples = SpreadSamples(set_.samples.size(), kFew);
  for (size_t s = 0; s < samples.size(); ++s) {
    LINNET_RETURN_IF_ERROR(runner.Run(set_.samples[samples[s]]));
    for (size_t i = 0; i < exact.size(); ++i) AddNoise(values_[s].at(exact[i]), runner.Output(i), &sums[i]);
  }
  std::vector<double> noise;
  for (const OutputComparison& sum : sums) noise.push_back(sum.relative_noise());
  return noise;
}

}  // namespace linnet::converter
