#include "converter/convert.h"

#include <algorithm>
#include <optional>

#include "converter/custom_ops.h"
#include "converter/file_io.h"
#include "converter/int8_speed.h"
#include "converter/lower.h"
#include "converter/macs.h"
#include "converter/passes/layout.h"
#include "converter/passes/passes.h"
#include "converter/quantizer/arrange_data.h"
#include "converter/quantizer/dynamic_weights.h"
#include "converter/quantizer/half_weights.h"
#include "converter/self_check.h"
#include "converter/states.h"
#include "converter/tensor_values.h"
#include "converter/writer.h"
#include "engine/session.h"

namespace linnet::converter {
namespace {

// Takes float images as [n, h, w, c]: a Transpose after the input, which the layout pass cancels.
void TakeInputsChannelsLast(Graph* graph) {
  for (ValueId& id : graph->inputs) {
    const int rank = graph->value(id).shape.rank();
    if (IsState(*graph, id) || !TakesChannelsLast(graph->value(id).type, rank)) continue;
    const std::string name = graph->value(id).name;
    const ValueId input = graph->AddValue(name);
    Value& old = graph->value(id);
    Value& value = graph->value(input);
    const Perm perm = ToChannelsLast(rank);
    value.type = old.type;
    value.shape = Permuted(old.shape, perm);
    value.has_shape = true;
    for (int d : perm) value.dims.push_back(old.dims[d]);
    old.dims.clear();
    old.name = graph->UniqueName(name + "_nchw");
    format::TransposeT attrs;
    attrs.perm = ToChannelsFirst(rank);
    graph->AddNode(format::OpCode::Transpose, std::move(attrs), {input}, {id}, name + "_nchw");
    id = input;
  }
  std::string unused;
  graph->SortNodes(&unused);  // only adds sources, so no cycle can come of it
}

// The sizes that one of options.more_plans gives to the symbols.
Status FindSymbolSizes(const Graph& imported, const std::map<std::string, std::vector<int64_t>>& shapes, SymbolSizes* sizes) {
  for (const auto& [name, shape] : shapes) {
    const auto input = std::find_if(imported.inputs.begin(), imported.inputs.end(),
                                    [&, &wanted = name](ValueId id) { return imported.value(id).name == wanted; });
    const std::vector<Dim>* dims = input == imported.inputs.end() ? nullptr : &imported.value(*input).dims;
    const auto error = [&, &wanted = name](const char* text) {
      return Status::Error(StatusCode::kInvalidArgument, "sizes to plan for input '%s': %s", wanted.c_str(), text);
    };
    if (dims == nullptr) return error("the model has no such input");
    if (dims->size() != shape.size()) return error("the model declares another number of them");
    for (size_t d = 0; d < shape.size(); ++d) {
      const Dim& dim = (*dims)[d];
      const bool fits = shape[d] >= 0 && (dim.size >= 0 ? dim.size == shape[d]
                                                        : sizes->emplace(dim.symbol, shape[d]).first->second == shape[d]);
      if (!fits) return error("one is fixed by the model, or is another one's too");
    }
  }
  return Status();
}

// What the report says of the written graph.
Status DescribeResult(const Graph& graph, const WrittenModel& written, ConvertReport* report) {
  report->ops_written = static_cast<int>(graph.nodes().size());
  for (const auto& node : graph.nodes()) {
    ++report->ops[OpName(node->op)];
    const Perm* perm = TransposePerm(node.get());
    if (perm != nullptr && !MovesNothing(graph.value(node->inputs[0]), *perm)) report->transposes.push_back(node->name);
  }
  report->custom_ops = CustomOpsOf(graph);
  report->weights_bytes = written.weights_bytes;
  report->file_bytes = written.bytes.size();
  report->arena_bytes = written.arena_bytes;
  report->live_set_bytes = written.live_set_bytes;
  // Opens what was written: the file that is handed out has been verified once by the engine's own loader.
  const std::unique_ptr<format::ModelT> tables(format::GetSizePrefixedModel(written.bytes.data())->UnPack());
  const StandInOps stand_ins(*tables);
  Result<Model> model = Model::FromBuffer(written.bytes.data(), written.bytes.size(), stand_ins.ops());
  if (!model.ok()) return std::move(model.status()).WithPrefix("the written model does not load");
  Result<std::unique_ptr<SessionImpl>> session = SessionImpl::CreateUnplaced(model->impl(), {});
  if (!session.ok()) return std::move(session.status());
  report->macs = CountMacs((*session)->prepared());
  Result<std::vector<SlowLayer>> slow = FindSlowInt8((*session)->prepared());
  if (!slow.ok()) return std::move(slow.status()).WithPrefix("measuring int8 layers");
  for (const SlowLayer& layer : *slow) report->slow_int8.push_back(Describe(layer));
  return Status();
}

Result<Graph> ImportWithStates(const std::string& path, const ConvertOptions& options) {
  Result<Graph> graph = ImportOnnx(path, options.import);
  if (!graph.ok()) return graph;
  LINNET_RETURN_IF_ERROR(MakeStates(options.states, &*graph));
  return graph;
}

// Of the inputs that can be pictures.
std::vector<InputDescription> Descriptions(const Graph& graph, const ConvertOptions& options) {
  std::vector<InputDescription> descriptions;
  for (ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    if (options.picture_description.color.empty() || !TakesChannelsLast(value.type, value.shape.rank())) continue;
    descriptions.push_back(options.picture_description);
    descriptions.back().input = value.name;
  }
  return descriptions;
}

bool HasFreeSizes(const Graph& graph) {
  for (ValueId id : graph.inputs) {
    for (const Dim& dim : graph.value(id).dims) {
      if (dim.size < 0) return true;
    }
  }
  return false;
}

// The graphs inside of control flow nodes, innermost first. One whose shapes cannot be told before it runs stays as it is.
Status RunPassesInBodies(Graph* graph, PassLog* log) {
  for (const auto& node : graph->nodes()) {
    for (const auto& body : node->bodies) {
      LINNET_RETURN_IF_ERROR(RunPassesInBodies(body.get(), log));
      if (!InferShapes(body.get()).ok()) continue;
      for (const Pass& pass : AllPasses()) {
        int changes = 0;
        Status status = pass.run(body.get(), log, &changes);
        if (!status.ok()) return std::move(status).WithPrefix(pass.name);
      }
      // Sizes that passes have added to the graph are part of what is written.
      LINNET_RETURN_IF_ERROR(InferShapes(body.get()));
    }
  }
  return Status();
}

// Passes [first, last).
Status RunPasses(size_t first, size_t last, const ConvertOptions& options, Graph* graph, PassLog* log,
                 ConvertReport* report) {
  const std::vector<Pass>& passes = AllPasses();
  // Int8 products read no heads where projections left them.
  const bool int8 = options.precision == Precision::kInt8 || options.precision == Precision::kDynamic;
  for (size_t i = first; i < last; ++i) {
    if (int8 && passes[i].run == FuseHeads) continue;
    if (options.on_progress) options.on_progress(passes[i].name, 0.1 + 0.2 * static_cast<double>(i) / passes.size());
    PassReport pass = {passes[i].name, static_cast<int>(graph->nodes().size()), 0};
    int changes = 0;
    Status status = passes[i].run(graph, log, &changes);
    if (!status.ok()) return std::move(status).WithPrefix(passes[i].name);
    pass.ops_after = static_cast<int>(graph->nodes().size());
    report->passes.push_back(std::move(pass));
  }
  return InferShapes(graph);
}

// The optimised float graph against the source.
Status CheckFloat(const std::string& onnx_path, const ConvertOptions& options, const Graph& graph,
                  ConvertReport* report) {
  if (!options.self_check) return Status();
  if (options.on_progress) options.on_progress("self-check", 0.3);
  Result<Graph> imported = ImportWithStates(onnx_path, options);
  if (!imported.ok()) return std::move(imported.status());
  return SelfCheck(*imported, graph, options, report);
}

Status ReduceToInt8(const ConvertOptions& options, const CalibrationData& data, Graph* graph, ConvertReport* report) {
  const auto progress = [&](const char* stage, double done) {
    if (options.on_progress) options.on_progress(stage, 0.3 + 0.55 * done);
  };
  Result<QuantizeReport> quantized = Quantize(data, options.quantize, progress, graph);
  if (!quantized.ok()) return std::move(quantized.status());
  report->quantized = true;
  report->quantization = std::move(*quantized);
  return Status();
}

// One sample of random values, where there is no data to compare on.
CalibrationData RandomData(const Graph& graph, const ConvertOptions& options) {
  CalibrationData data;
  data.calibration.label = "random";
  data.calibration.names = {"random values"};
  data.calibration.samples.resize(1);
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const Value& value = graph.value(graph.inputs[i]);
    data.calibration.samples[0].push_back(RandomTensor(value.name, value.type, value.shape, options.seed + i));
  }
  return data;
}

Status ReduceToHalf(Graph* graph, ConvertReport* report) {
  const int halved = HalveWeights(graph, &report->quantization.notes);
  report->quantized = true;
  report->quantization.notes.insert(report->quantization.notes.begin(),
                                    std::to_string(halved) + " weights in half precision");
  PassLog unused;
  int changes = 0;
  LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, &unused, &changes));
  return InferShapes(graph);
}

void ReduceDynamically(const ConvertOptions& options, Graph* graph, ConvertReport* report) {
  const int rewritten = QuantizeDynamically(options.quantize.keep_float, graph);
  report->quantized = true;
  report->quantization.notes.push_back(std::to_string(rewritten) +
                                       " matrix products with int8 weights; their activations are quantised in the run");
}

// All passes, with the change of precision between them; then the result against the float graph.
Status Optimize(const std::string& onnx_path, const ConvertOptions& options, const CalibrationData& data, Graph* graph,
                ConvertReport* report) {
  PassLog log;
  LINNET_RETURN_IF_ERROR(RunPassesInBodies(graph, &log));
  const size_t middle = OptimizePasses().size(), end = AllPasses().size();
  LINNET_RETURN_IF_ERROR(RunPasses(0, middle, options, graph, &log, report));
  Graph float_graph;
  if (options.precision != Precision::kFloat32) {
    LINNET_RETURN_IF_ERROR(CheckFloat(onnx_path, options, *graph, report));
    float_graph = CloneGraph(*graph);
  }
  if (options.precision == Precision::kInt8) LINNET_RETURN_IF_ERROR(ReduceToInt8(options, data, graph, report));
  if (options.precision == Precision::kDynamic) ReduceDynamically(options, graph, report);
  LINNET_RETURN_IF_ERROR(RunPasses(middle, end, options, graph, &log, report));
  report->fused = std::move(log.lines);
  report->in_float = std::move(log.in_float);
  if (options.precision == Precision::kFloat32) return CheckFloat(onnx_path, options, *graph, report);
  if (options.precision == Precision::kFloat16) LINNET_RETURN_IF_ERROR(ReduceToHalf(graph, report));
  if (options.on_progress) options.on_progress("comparison", 0.85);
  if (!data.calibration.samples.empty() || !data.held_out.samples.empty()) {
    return CompareWithFloat(float_graph, *graph, data, &report->quantization);
  }
  return CompareWithFloat(float_graph, *graph, RandomData(float_graph, options), &report->quantization);
}

// Converts at one size of the free dimensions. *free_sizes: whether there are any.
Result<ConvertedModel> ConvertAtSizes(const std::string& onnx_path, const ConvertOptions& options, bool* free_sizes) {
  const auto progress = [&](const char* stage, double done) {
    if (options.on_progress) options.on_progress(stage, done);
  };
  ConvertedModel result;
  progress("import", 0);
  Result<Graph> graph = ImportWithStates(onnx_path, options);
  if (!graph.ok()) return std::move(graph.status());
  *free_sizes = HasFreeSizes(*graph);
  LINNET_RETURN_IF_ERROR(CheckSamples(*graph, options.samples));
  std::vector<SymbolSizes> plans;
  for (const auto& shapes : options.more_plans) {
    plans.emplace_back();
    LINNET_RETURN_IF_ERROR(FindSymbolSizes(*graph, shapes, &plans.back()));
  }
  result.report.ops_imported = static_cast<int>(graph->nodes().size());
  Result<CalibrationData> data = ArrangeData(*graph, options);
  if (!data.ok()) return std::move(data.status());
  if (options.input_nhwc) TakeInputsChannelsLast(&*graph);
  LINNET_RETURN_IF_ERROR(Optimize(onnx_path, options, *data, &*graph, &result.report));
  progress("write", 0.9);
  Result<WrittenModel> written = WriteModel(*graph, plans, Descriptions(*graph, options));
  if (!written.ok()) return std::move(written.status());
  LINNET_RETURN_IF_ERROR(DescribeResult(*graph, *written, &result.report));
  result.bytes = std::move(written->bytes);
  return result;
}

}  // namespace

// A model says nowhere which sizes its free dimensions can have: an image must be large enough for all strides and often a
// multiple of 32, a sequence short enough for a table of positions. So several are tried; the error is that of the first.
Result<ConvertedModel> ConvertToBuffer(const std::string& onnx_path, const ConvertOptions& options) {
  constexpr int64_t kSizes[] = {64, 256, 512, 320, 16, 1};
  Status first_error;
  std::optional<ConvertedModel> unchecked;  // the first that could not be run with random inputs
  for (int64_t size : kSizes) {
    ConvertOptions sized = options;
    sized.import.free_size = size;
    bool free_sizes = true;  // until the graph is read, sizes may be why it is not
    Result<ConvertedModel> result = ConvertAtSizes(onnx_path, sized, &free_sizes);
    if (result.ok() && (result->report.why_unchecked.empty() || !free_sizes)) return result;
    if (result.ok()) {
      if (!unchecked) unchecked = std::move(*result);
      continue;
    }
    const bool sizes_may_be_why = free_sizes && result.status().code() == StatusCode::kInvalidModel;
    if (first_error.ok()) first_error = std::move(result.status());
    if (!sizes_may_be_why) break;
  }
  if (unchecked) return std::move(*unchecked);
  return first_error;
}

Result<ConvertReport> Convert(const std::string& onnx_path, const std::string& output_path,
                              const ConvertOptions& options) {
  Result<ConvertedModel> converted = ConvertToBuffer(onnx_path, options);
  if (!converted.ok()) return std::move(converted.status());
  if (converted->report.within_tolerance) {
    LINNET_RETURN_IF_ERROR(WriteFileAtomically(output_path, converted->bytes.data(), converted->bytes.size()));
  }
  return std::move(converted->report);
}

}  // namespace linnet::converter
