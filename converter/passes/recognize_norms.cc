// Normalisations over the last axis that exporters spell out in primitive ops.
//
//   %mean = ReduceMean(%x) {axes=[-1]}
//   %d = Sub(%x, %mean)
//   %d2 = Pow(%d, 2)
//   %var = ReduceMean(%d2) {axes=[-1]}
//   %v = Add(%var, 1e-05)
//   %std = Sqrt(%v)
//   %y = Div(%d, %std)                    ->   %y = LayerNorm(%x, %ones) {epsilon=1e-05}
//
// FoldScales then takes the Mul and Add by [C] into the op's scale and bias.
#include "converter/passes/recognize_norms.h"

#include <string>
#include <vector>

#include "converter/passes/constants.h"
#include "converter/passes/pattern.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

struct NormRule {
  OpCode op;
  Pattern pattern;
};

const std::vector<NormRule>& Rules() {
  static const auto* rules = [] {
    const std::string mean = "ReduceMean(x)";
    const std::string d = "Sub(x, ReduceMean(x))";
    const std::string inverse = "Reciprocal(Sqrt(Add(@epsilon, ReduceMean(Mul(" + d + ", " + d + ")))))";
    const std::string rms = "Reciprocal(Sqrt(Add(@epsilon, ReduceMean(Mul(x, x)))))";
    auto* list = new std::vector<NormRule>;
    const auto add = [list](OpCode op, const std::string& text) { list->push_back({op, Pattern::Parse(text)}); };
    add(OpCode::LayerNorm, "Mul(" + d + ", " + inverse + ")");
    add(OpCode::LayerNorm, "Mul(" + d + ", " + inverse + ", #scale)");
    // TensorFlow: x * k + (bias - mean * k), with k = scale / deviation.
    for (const std::string& k : {inverse, inverse + ", #scale"}) {
      const std::string scaled = "Mul(x, " + k + ")";
      add(OpCode::LayerNorm, "Add(" + scaled + ", Sub(#bias, Mul(" + mean + ", " + k + ")))");
      add(OpCode::LayerNorm, "Add(" + scaled + ", #bias, Mul(-1, " + mean + ", " + k + "))");
    }
    add(OpCode::RmsNorm, "Mul(x, " + rms + ")");
    add(OpCode::RmsNorm, "Mul(x, " + rms + ", #scale)");
    return list;
  }();
  return *rules;
}

// A constant [C] of the captured values, or of ones where nothing was captured. kNoValue if they are not one per channel.
ValueId MakeChannels(Graph* graph, const PatternMatch& match, const char* name, const Value& x, const Node& node) {
  const auto found = match.values.find(name);
  const int64_t channels = x.shape.back();
  std::vector<double> values(static_cast<size_t>(channels), 1);
  if (found != match.values.end() && !ReadPerChannel(*graph, found->second, x.shape.rank(), channels, &values)) {
    return kNoValue;
  }
  return AddRounded(graph, node.name + "_" + name, {channels}, values);
}

bool Apply(Graph* graph, PassLog* log, OpCode op, const PatternMatch& match) {
  Node* last = match.nodes[0];
  const ValueId x = match.values.at("x");
  const Value& input = graph->value(x);
  const bool fits = input.type == ElementType::kFloat32 && input.has_shape && input.shape.rank() > 0 &&
                    IsFixed(input, input.shape.rank() - 1) && graph->value(last->outputs[0]).shape == input.shape;
  if (!fits) return false;
  std::vector<ValueId> inputs = {x, MakeChannels(graph, match, "scale", input, *last)};
  if (match.values.count("bias") != 0) inputs.push_back(MakeChannels(graph, match, "bias", input, *last));
  for (ValueId id : inputs) {
    if (id == kNoValue) return false;
  }
  format::NormT attributes;
  attributes.epsilon = static_cast<float>(match.numbers.at("epsilon"));
  last->op = op;
  last->attrs.Set(std::move(attributes));
  last->inputs = std::move(inputs);
  Say(log, "recognized %s", Describe(*last).c_str());
  RemoveMatched(graph, match);
  return true;
}

}  // namespace

bool RecognizeNorm(Graph* graph, PassLog* log, const GraphIndex& index, Node* node) {
  // The last op of every rule.
  if (node->op != OpCode::Mul && node->op != OpCode::Div && node->op != OpCode::Add) return false;
  PatternMatcher matcher(*graph, index);
  PatternMatch match;
  for (const NormRule& rule : Rules()) {
    if (matcher.Match(rule.pattern, node, &match) && Apply(graph, log, rule.op, match)) return true;
  }
  return false;
}

}  // namespace linnet::converter
