#include "converter/quantizer/quantizer.h"

#include <algorithm>
#include <cfloat>
#include <map>
#include <set>

#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/quantizer/choose_scales.h"
#include "converter/quantizer/equalize.h"
#include "converter/quantizer/fall_back.h"
#include "converter/quantizer/tensor_groups.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// Parts of the whole work, for the progress bar.
constexpr double kStatisticsDone = 0.15, kEqualized = 0.25, kHistogramsDone = 0.4, kTensorsDone = 0.7, kWeightsDone = 0.9;

constexpr double kWorthwhile = 0.95;  // noise of a pair of layers that is better equalised
constexpr size_t kFewSamples = 4;  // that tell whether a pair of layers is better equalised

class Quantizer {
 public:
  Quantizer(const CalibrationData& data, const QuantizeOptions& options, const StageProgress& progress, Graph* graph)
      : set_(data.calibration), options_(options), progress_(progress), graph_(graph) {}

  Result<QuantizeReport> Run() {
    LINNET_RETURN_IF_ERROR(Start());
    LINNET_RETURN_IF_ERROR(Collect(0, kStatisticsDone));
    LINNET_RETURN_IF_ERROR(Equalize());
    LINNET_RETURN_IF_ERROR(KeepConstantTensors());
    LINNET_RETURN_IF_ERROR(MakeSimulation());
    LINNET_RETURN_IF_ERROR(ChooseTensors());
    LINNET_RETURN_IF_ERROR(ChooseWeights());
    LINNET_RETURN_IF_ERROR(FallBack());
    LINNET_RETURN_IF_ERROR(ReportLayers());
    InsertQuantization(*graph_, plan_, Rounding::kStored, graph_);
    PassLog unused;
    int changes = 0;
    // Functions that SplitActivations made and that stay in float.
    LINNET_RETURN_IF_ERROR(FuseActivations(graph_, &unused, &changes));
    return std::move(report_);
  }

 private:
  void Show(const char* stage, double done) const {
    if (progress_) progress_(stage, done);
  }
  Progress Part(const char* stage, double from, double to) const {
    return [this, stage, from, to](double done) { Show(stage, from + (to - from) * done); };
  }
  const Node& node(size_t i) const { return *graph_->nodes()[i]; }

  Status Start() {
    if (set_.samples.empty()) return Status::Error(StatusCode::kInvalidArgument, "there is no calibration data");
    for (size_t i : SpreadSamples(set_.samples.size(), kFewSamples)) {
      few_.samples.push_back(set_.samples[i]);
      few_.names.push_back(set_.names[i]);
    }
    report_.max_drop = options_.max_drop;
    SplitActivations(graph_);
    LINNET_RETURN_IF_ERROR(InferShapes(graph_));
    for (const std::string& name : options_.keep_float) {
      bool found = false;
      for (size_t i = 0; i < graph_->nodes().size(); ++i) {
        if (node(i).name != name && node(i).name != name + "_" + OpName(node(i).op)) continue;
        found = true;
        Keep(i, "asked for");
      }
      if (!found) {
        return Status::Error(StatusCode::kInvalidArgument,
                             "--keep-float '%s': the optimised graph has no such node; the report of a conversion lists them",
                             name.c_str());
      }
    }
    sites_ = FindSites(*graph_, kept_);
    return Status();
  }

  void Keep(size_t i, const std::string& reason) {
    if (kept_.insert(i).second) reasons_[i] = reason;
  }

  Status Collect(double from, double to) {
    Result<Statistics> statistics =
        CollectStatistics(*graph_, SiteTensors(*graph_, sites_), set_, Part("statistics", from, to));
    if (!statistics.ok()) return std::move(statistics.status());
    statistics_ = std::move(*statistics);
    for (ValueId id : graph_->inputs) {
      const auto found = statistics_.find(id);
      if (found != statistics_.end() && found->second.constant()) {
        return Status::Error(StatusCode::kInvalidArgument,
                             "input '%s' is %g throughout the calibration data: that says nothing about its range",
                             graph_->value(id).name.c_str(), static_cast<double>(found->second.least));
      }
    }
    return Status();
  }

  // Each pair of layers: kept if rounding what is between and both weights makes less noise than before.
  Status Equalize() {
    std::vector<LayerPair> pairs;
    for (const LayerPair& pair : FindLayerPairs(*graph_)) {
      if (IsSite(pair.first) && IsSite(pair.second)) pairs.push_back(pair);
    }
    int equalized = 0;
    Trial now;
    for (size_t i = 0; i < pairs.size(); ++i) {
      Show("equalisation", kStatisticsDone + (kEqualized - kStatisticsDone) * static_cast<double>(i) / static_cast<double>(pairs.size()));
      const ValueId between = node(pairs[i].first).outputs[0];
      const std::vector<double> factors = EqualizingFactors(*graph_, pairs[i], statistics_.at(between));
      if (factors.empty()) continue;
      if (now.simulation == nullptr) LINNET_RETURN_IF_ERROR(StartTrial(&now));
      Trial next;
      next.graph = std::make_unique<Graph>(CloneGraph(*graph_));
      if (!ApplyFactors(pairs[i], factors, next.graph.get())) continue;
      LINNET_RETURN_IF_ERROR(StartTrial(&next));
      TensorStatistics scaled = statistics_.at(between);
      scaled.ScaleChannels(factors);
      Result<double> before = PairNoise(now, pairs[i], statistics_.at(between));
      if (!before.ok()) return std::move(before.status());
      Result<double> after = PairNoise(next, pairs[i], scaled);
      if (!after.ok()) return std::move(after.status());
      if (!(*after < *before * kWorthwhile) || !ApplyFactors(pairs[i], factors, graph_)) continue;
      statistics_[between] = scaled;
      equalized_.insert(pairs[i].first);
      now = std::move(next);
      ++equalized;
    }
    if (equalized > 0) report_.notes.push_back("equalised " + std::to_string(equalized) + " pairs of layers");
    return Status();
  }

  // A graph with the means to measure it.
  struct Trial {
    std::unique_ptr<Graph> graph;
    std::unique_ptr<Simulation> simulation;
  };

  // Of a clone of the graph, if the trial has none of its own.
  Status StartTrial(Trial* trial) const {
    if (trial->graph == nullptr) trial->graph = std::make_unique<Graph>(CloneGraph(*graph_));
    Result<std::unique_ptr<Simulation>> simulation = Simulation::Create(*trial->graph, few_);
    if (!simulation.ok()) return std::move(simulation.status());
    trial->simulation = std::move(*simulation);
    return Status();
  }

  static Result<double> PairNoise(const Trial& trial, const LayerPair& pair, const TensorStatistics& between) {
    const Node &first = *trial.graph->nodes()[pair.first], &second = *trial.graph->nodes()[pair.second];
    QuantizationPlan plan;
    const AffineInt8 quantization = QuantizationOf(between.range());
    plan.tensors[first.outputs[0]] = quantization;
    plan.weights[pair.first] = PlanWeight(*trial.graph, first, 0);
    plan.weights[pair.second] = PlanWeight(*trial.graph, second, quantization.scale);
    return trial.simulation->Noise(plan);
  }

  bool IsSite(size_t i) const {
    return std::any_of(sites_.begin(), sites_.end(), [i](const Site& site) { return site.node == i; });
  }

  // A tensor that never changes has no range; what touches it stays in float.
  Status KeepConstantTensors() {
    for (const auto& [id, s] : statistics_) {
      if (s.range().hi - s.range().lo > FLT_MIN * 256) continue;
      report_.notes.push_back("tensor '" + graph_->value(id).name + "' is " + std::to_string(s.least) +
                              " throughout the calibration data; what computes or reads it stays in float");
      for (size_t i = 0; i < graph_->nodes().size(); ++i) {
        const Node& n = node(i);
        const bool touches = std::count(n.inputs.begin(), n.inputs.end(), id) + std::count(n.outputs.begin(), n.outputs.end(), id) > 0;
        if (touches) Keep(i, "a constant tensor");
      }
    }
    sites_ = FindSites(*graph_, kept_);
    return Status();
  }

  Status MakeSimulation() {
    Result<std::unique_ptr<Simulation>> simulation = Simulation::Create(*graph_, set_);
    if (!simulation.ok()) return std::move(simulation.status());
    simulation_ = std::move(*simulation);
    return Status();
  }

  Status ChooseTensors() {
    const std::vector<std::vector<ValueId>> groups = GroupTensors(*graph_, sites_, statistics_);
    std::vector<Range> ranges;
    for (const auto& group : groups) {
      Range range;
      for (ValueId id : group) {
        range.lo = std::min(range.lo, statistics_.at(id).range().lo);
        range.hi = std::max(range.hi, statistics_.at(id).range().hi);
      }
      ranges.push_back(range);
    }
    Result<std::vector<Histogram>> histograms =
        CollectHistograms(*graph_, groups, ranges, set_, Part("histograms", kEqualized, kHistogramsDone));
    if (!histograms.ok()) return std::move(histograms.status());
    for (size_t g = 0; g < groups.size(); ++g) {
      Show("ranges", kHistogramsDone + (kTensorsDone - kHistogramsDone) * static_cast<double>(g) / static_cast<double>(groups.size()));
      Result<TensorChoice> choice = ChooseTensorScale(*simulation_, groups[g], (*histograms)[g], options_.range);
      if (!choice.ok()) return std::move(choice.status());
      for (ValueId id : groups[g]) {
        all_.tensors[id] = choice->quantization;
        choice_of_[id] = choices_.size();
      }
      choices_.push_back(std::move(*choice));
    }
    for (const Site& site : sites_) {
      for (size_t input : site.inputs) {
        const Value& value = graph_->value(node(site.node).inputs[input]);
        if (value.is_constant()) all_.tensors[node(site.node).inputs[input]] = ScaleOfConstant(value);
      }
    }
    return Status();
  }

  Status ChooseWeights() {
    for (size_t s = 0; s < sites_.size(); ++s) {
      Show("weights", kTensorsDone + (kWeightsDone - kTensorsDone) * static_cast<double>(s) / static_cast<double>(sites_.size()));
      const size_t i = sites_[s].node;
      if (!sites_[s].weighted) continue;
      const ValueId x = node(i).inputs[0];
      Result<WeightChoice> choice = ChooseWeight(*simulation_, *graph_, i, all_.tensors.at(x).scale, statistics_.at(x));
      if (!choice.ok()) return std::move(choice.status());
      all_.weights[i] = choice->plan;
      weight_noise_[i] = choice->noise;
    }
    return Status();
  }

  std::vector<Cost> Costs() const {
    std::vector<Cost> costs;
    for (const auto& [i, noise] : weight_noise_) costs.push_back({noise, {i}});
    for (const TensorChoice& choice : choices_) {
      Cost cost = {choice.noise, {}};
      for (const Site& site : sites_) {
        const Node& n = node(site.node);
        const bool touches = std::any_of(choice.tensors.begin(), choice.tensors.end(), [&](ValueId id) {
          return std::count(n.inputs.begin(), n.inputs.end(), id) + std::count(n.outputs.begin(), n.outputs.end(), id) > 0;
        });
        if (touches) cost.nodes.push_back(site.node);
      }
      costs.push_back(std::move(cost));
    }
    return InOrderOfHarm(std::move(costs));
  }

  Status FallBack() {
    const auto good_enough = [&](const std::set<size_t>& kept) -> Result<bool> {
      Show("fallback", kWeightsDone);
      Result<Comparison> comparison = simulation_->Compare(Reduced(all_, *graph_, kept));
      if (!comparison.ok()) return std::move(comparison.status());
      return comparison->Within(options_.max_drop);
    };
    Result<std::set<size_t>> kept = ChooseFallback(Costs(), kept_, good_enough);
    if (!kept.ok()) return std::move(kept.status());
    for (size_t i : *kept) Keep(i, "hurts most");
    plan_ = Reduced(all_, *graph_, kept_);
    return Status();
  }

  Status ReportLayers() {
    std::map<size_t, double> noise;
    if (!plan_.sites.empty()) {
      Result<std::vector<double>> found = simulation_->SiteNoise(plan_);
      if (!found.ok()) return std::move(found.status());
      for (size_t s = 0; s < found->size(); ++s) noise[plan_.sites[s].node] = (*found)[s];
    }
    for (size_t i = 0; i < graph_->nodes().size(); ++i) {
      Site site{i, false, false, {}};
      if (!IsQuantizable(*graph_, node(i), &site)) continue;
      LayerReport layer;
      layer.name = node(i).name;
      layer.op = OpName(node(i).op);
      const auto found = noise.find(i);
      layer.int8 = found != noise.end();
      ++(layer.int8 ? report_.int8_layers : report_.float_layers);
      if (layer.int8) {
        DescribeInt8(i, found->second, &layer);
      } else {
        const auto reason = reasons_.find(i);
        layer.reason = reason != reasons_.end() ? reason->second : "not between int8 layers";
      }
      report_.layers.push_back(std::move(layer));
    }
    return Status();
  }

  void DescribeInt8(size_t i, double noise, LayerReport* layer) const {
    const ValueId id = node(i).outputs[0];
    const TensorChoice& choice = choices_[choice_of_.at(id)];
    const Range range = RangeOf(choice.quantization);
    layer->lo = range.lo;
    layer->hi = range.hi;
    layer->method = RangeMethodName(choice.method);
    layer->saturation = choice.saturation;
    layer->sqnr_db = Decibels(noise);
    const auto weight = weight_noise_.find(i);
    layer->own_sqnr_db = Decibels(choice.noise + (weight != weight_noise_.end() ? weight->second : 0));
    layer->equalized = equalized_.count(i) != 0;
    const auto plan = plan_.weights.find(i);
    layer->bias_corrected = plan != plan_.weights.end() && !plan->second.bias_shift.empty();
  }

  const SampleSet& set_;
  const QuantizeOptions& options_;
  const StageProgress& progress_;
  Graph* graph_;
  QuantizeReport report_;
  SampleSet few_;
  std::vector<Site> sites_;
  std::set<size_t> kept_;
  std::map<size_t, std::string> reasons_;  // of nodes that are kept
  Statistics statistics_;
  std::set<size_t> equalized_;
  std::unique_ptr<Simulation> simulation_;
  std::vector<TensorChoice> choices_;
  std::map<ValueId, size_t> choice_of_;
  std::map<size_t, double> weight_noise_;
  QuantizationPlan all_;   // of every site
  QuantizationPlan plan_;  // without what stays in float
};

}  // namespace

Result<QuantizeReport> Quantize(const CalibrationData& data, const QuantizeOptions& options,
                                const StageProgress& progress, Graph* graph) {
  return Quantizer(data, options, progress, graph).Run();
}

Status CompareWithFloat(const Graph& float_graph, const Graph& quantized, const CalibrationData& data,
                        QuantizeReport* report) {
  constexpr size_t kMost = 256;
  for (const auto& [name, set] : {std::pair<const char*, const SampleSet*>("calibration", &data.calibration),
                                  std::pair<const char*, const SampleSet*>("held-out", &data.held_out)}) {
    if (set->samples.empty()) continue;
    Result<Reference> reference = Reference::Create(float_graph, *set, SpreadSamples(set->samples.size(), kMost));
    if (!reference.ok()) return std::move(reference.status());
    Result<Comparison> comparison = reference->Compare(quantized);
    if (!comparison.ok()) return std::move(comparison.status());
    comparison->set = set->label.empty() ? name : set->label;
    if (set == &data.calibration) report->within_drop = comparison->Within(report->max_drop);
    report->comparisons.push_back(std::move(*comparison));
  }
  return Status();
}

}  // namespace linnet::converter
