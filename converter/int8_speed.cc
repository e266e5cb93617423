#include "converter/int8_speed.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>

#include "converter/evaluate.h"
#include "converter/lower.h"
#include "converter/passes/passes.h"
#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr int kRuns = 5;              // the fastest counts
constexpr double kLongestMs = 50;     // of all runs of a layer; one run at least
constexpr double kScatter = 1.1;      // slower by less is not slower
constexpr double kShortestMs = 0.02;  // layers that take less are not worth a warning

OpCode FloatOp(OpCode op) {
  switch (op) {
    case OpCode::QConv2D: return OpCode::Conv2D;
    case OpCode::QDepthwiseConv2D: return OpCode::DepthwiseConv2D;
    case OpCode::QMatMul: return OpCode::MatMul;
    default: return OpCode::Custom;
  }
}

// A graph of one node with random operands.
class Layer {
 public:
  Layer(const Step& step, const Array<TensorSlot>& slots) : step_(step), slots_(slots) {}

  Result<double> Milliseconds(bool int8) {
    Graph graph;
    Build(int8, &graph);
    PassLog log;
    int changes = 0;
    LINNET_RETURN_IF_ERROR(PackConstants(&graph, &log, &changes));
    LINNET_RETURN_IF_ERROR(InferShapes(&graph));
    const Lowered lowered = LowerGraph(graph);
    Result<LoweredModel> model = LoweredModel::Create(lowered);
    if (!model.ok()) return std::move(model.status());
    Result<Session> session = Session::Create(model->model());
    if (!session.ok()) return std::move(session.status());
    return Fastest(&*session);
  }

 private:
  const TensorSlot& slot(unsigned i) const { return slots_[static_cast<size_t>(step_.op->inputs()->Get(i))]; }

  static Result<double> Fastest(Session* session) {
    using Clock = std::chrono::steady_clock;
    double fastest = 0, total = 0;
    for (int run = -1; run < kRuns && (run < 1 || total < kLongestMs); ++run) {  // the first one warms up
      const auto start = Clock::now();
      LINNET_RETURN_IF_ERROR(session->Run());
      const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
      if (run == 0 || (run > 0 && ms < fastest)) fastest = ms;
      total += ms;
    }
    return fastest;
  }

  static void SetScale(Graph* graph, ValueId id) {
    auto quantization = std::make_unique<format::QuantizationT>();
    quantization->scale = {1.0f / 16};
    quantization->zero_point = {0};
    graph->value(id).quantization = std::move(quantization);
  }

  static ValueId AddRandom(Graph* graph, const char* name, ElementType type, const Shape& shape) {
    const HostTensor random = RandomTensor(name, type, shape, 1);
    return graph->AddConstant(name, type, shape, Bytes::Copy(random.bytes.data(), random.bytes.size()));
  }

  ValueId AddInput(Graph* graph, const char* name, ElementType type, const Shape& shape) {
    const ValueId id = graph->AddValue(name);
    Value& value = graph->value(id);
    value.type = type;
    value.shape = value.symbolic_shape = shape;
    value.has_shape = true;
    for (int64_t size : shape) value.dims.push_back({size, ""});
    if (type == ElementType::kInt8) SetScale(graph, id);
    graph->inputs.push_back(id);
    return id;
  }

  void Build(bool int8, Graph* graph) {
    const ElementType type = int8 ? ElementType::kInt8 : ElementType::kFloat32;
    std::vector<ValueId> inputs = {AddInput(graph, "x", type, slot(0).shape)};
    const bool constant = slot(1).known;
    inputs.push_back(constant ? AddRandom(graph, "weight", type, slot(1).shape) : AddInput(graph, "b", type, slot(1).shape));
    const int64_t channels = slots_[static_cast<size_t>(step_.op->outputs()->Get(0))].shape.back();
    if (constant) inputs.push_back(AddRandom(graph, "bias", int8 ? ElementType::kInt32 : type, {channels}));
    if (int8) {
      inputs.resize(4, kNoValue);
      inputs.push_back(graph->AddFloats("multiplier", {1}, {1e-3f}));
      if (constant) inputs.push_back(AddRandom(graph, "sums", ElementType::kInt32, {channels}));
    }
    const ValueId y = graph->AddValue("y");
    if (int8) SetScale(graph, y);
    const OpCode op = static_cast<OpCode>(step_.op->code());
    Node& node = graph->AddNode(int8 ? op : FloatOp(op), std::move(inputs), {y}, "layer");
    node.attrs.type = step_.op->attrs_type();
    node.attrs.value = format::OpAttrsUnion::UnPack(step_.op->attrs(), step_.op->attrs_type(), nullptr);
    graph->outputs = {y};
  }

  const Step& step_;
  const Array<TensorSlot>& slots_;
};

// What tells layers of different cost apart.
std::string KeyOf(const Step& step, const Array<TensorSlot>& slots) {
  std::string key = step.def->name;
  for (unsigned i = 0; i < 2; ++i) key += ShapeText(slots[static_cast<size_t>(step.op->inputs()->Get(i))].shape);
  key += ShapeText(slots[static_cast<size_t>(step.op->outputs()->Get(0))].shape);
  format::OpAttrsUnion attrs;
  attrs.type = step.op->attrs_type();
  attrs.value = format::OpAttrsUnion::UnPack(step.op->attrs(), step.op->attrs_type(), nullptr);
  return key + AttributesText(attrs);
}

}  // namespace

std::string Describe(const SlowLayer& layer) {
  char text[64];
  std::snprintf(text, sizeof text, " takes %.3g ms in int8, %.3g ms in fp32", layer.int8_ms, layer.fp32_ms);
  return layer.op + " '" + layer.node + "'" + text;
}

Result<std::vector<SlowLayer>> FindSlowInt8(const Prepared& prepared) {
  std::vector<SlowLayer> slow;
  std::map<std::string, std::pair<double, double>> measured;
  for (const Step& step : prepared.steps) {
    if (step.folded || step.deferred || FloatOp(step.def->code) == OpCode::Custom) continue;
    const auto [found, added] = measured.try_emplace(KeyOf(step, prepared.slots), 0, 0);
    if (added) {
      Layer layer(step, prepared.slots);
      for (double* ms : {&found->second.first, &found->second.second}) {
        Result<double> time = layer.Milliseconds(ms == &found->second.first);
        if (!time.ok()) return std::move(time.status());
        *ms = *time;
      }
    }
    const auto [int8_ms, fp32_ms] = found->second;
    const char* name = step.op->name() != nullptr ? step.op->name()->c_str() : "";
    if (int8_ms > kShortestMs && int8_ms > kScatter * fp32_ms) slow.push_back({step.def->name, name, int8_ms, fp32_ms});
  }
  return slow;
}

}  // namespace linnet::converter
