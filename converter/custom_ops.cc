#include "converter/custom_ops.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>

#include "converter/tensor_values.h"
#include "engine/model.h"
#include "engine/op.h"

namespace linnet::converter {
namespace {

Status Prepare(CustomOpContext& ctx) {
  for (int i = 0; i < ctx.output_count(); ++i) {
    if (!ctx.has_output(i)) continue;
    const format::Tensor& declared = *ctx.impl().output(i).def;
    const Shape shape = DeclaredShape(declared);
    const bool open = std::any_of(shape.begin(), shape.end(), [](int64_t size) { return size < 0; });
    if (declared.type() == format::ElementType::Undefined || open) return ctx.NeedsValueOf(0);
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, static_cast<ElementType>(declared.type()), shape));
  }
  return Status();
}

Status Eval(CustomOpContext& ctx) {
  const std::string node = Text(ctx.impl().def().name());
  for (int i = 0; i < ctx.output_count(); ++i) {
    if (!ctx.has_output(i)) continue;
    const Tensor output = ctx.output(i);
    uint64_t seed = 0xcbf29ce484222325u + static_cast<uint64_t>(i);
    for (const char c : node) seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
    const HostTensor value = RandomTensor("", output.type(), output.shape(), seed);
    if (output.bytes() > 0) std::memcpy(output.raw_data(), value.bytes.data(), output.bytes());
  }
  return Status();
}

}  // namespace

StandInOps::StandInOps(const format::ModelT& model) {
  for (const auto& subgraph : model.subgraphs) {
    for (const auto& op : subgraph->ops) {
      if (const auto* custom = op->attrs.AsCustom()) names_.insert({custom->domain, custom->op_type});
    }
  }
  for (const auto& [domain, name] : names_) ops_.push_back({domain.c_str(), name.c_str(), Prepare, Eval});
}

OpList StandInOps::ops() const { return WithCustomOps(AllOps(), ops_.data(), ops_.size()); }

std::vector<std::pair<std::string, int>> CustomOpsOf(const Graph& graph) {
  std::map<std::string, int> counts;
  const std::function<void(const Graph&)> count = [&](const Graph& part) {
    for (const auto& node : part.nodes()) {
      if (const auto* custom = node->attrs.AsCustom()) ++counts[custom->domain + "::" + custom->op_type];
      for (const auto& body : node->bodies) count(*body);
    }
  };
  count(graph);
  return {counts.begin(), counts.end()};
}

std::vector<bool> BehindUnknownCustomOps(const Graph& graph) {
  std::vector<bool> behind(static_cast<size_t>(graph.value_count()));
  for (const auto& node : graph.nodes()) {
    bool found = std::any_of(node->bodies.begin(), node->bodies.end(),
                             [](const auto& body) { return !CustomOpsOf(*body).empty(); });
    for (ValueId id : node->inputs) found |= id != kNoValue && behind[static_cast<size_t>(id)];
    for (ValueId id : node->outputs) {
      if (id == kNoValue) continue;
      behind[static_cast<size_t>(id)] = found || (node->op == format::OpCode::Custom && !graph.value(id).has_shape);
    }
  }
  return behind;
}

}  // namespace linnet::converter
