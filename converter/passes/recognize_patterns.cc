// Functions that exporters spell out in primitive ops, as the engine's one op for each. The notation of the patterns is
// explained in pattern.h; the left side is what is replaced, for instance
//
//   %a = Add(%x, 3)
//   %b = Clip(%a, 0, 6)
//   %c = Mul(%x, %b)
//   %y = Div(%c, 6)            ->   %y = HardSwish(%x)
//
// Norms are in recognize_norms.cc.
#include <cmath>
#include <set>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/pattern.h"
#include "converter/passes/recognize_norms.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// `alpha` and `beta` are attributes of the result, `lo` and `hi` inputs of a Clip.
struct Rule {
  OpCode op;
  const char* pattern;
  float alpha = 0, beta = 0;
};

const Rule kRules[] = {
    {OpCode::Relu, "Max(x, 0)"},
    {OpCode::Clip, "Min(Max(x, @lo), @hi)"},
    {OpCode::Clip, "Max(Min(x, @hi), @lo)"},
    {OpCode::Clip, "Min(Relu(x), @hi)"},
    {OpCode::LeakyRelu, "PRelu(x, @alpha)"},
    {OpCode::LeakyRelu, "Max(x, Mul(@alpha, x))"},
    {OpCode::Sigmoid, "Reciprocal(Add(1, Exp(Mul(-1, x))))"},
    {OpCode::Silu, "Mul(x, Sigmoid(x))"},
    {OpCode::Silu, "Mul(x, Reciprocal(Add(1, Exp(Mul(-1, x)))))"},
    {OpCode::Softplus, "Log(Add(1, Exp(x)))"},
    {OpCode::Softsign, "Mul(x, Reciprocal(Add(1, Abs(x))))"},
    {OpCode::Mish, "Mul(x, Tanh(Softplus(x)))"},
    {OpCode::HardSigmoid, "Mul(0.16666667, Clip(Add(3, x), 0, 6))", 1.0f / 6, 0.5f},
    {OpCode::HardSigmoid, "Clip(Add(@beta, Mul(@alpha, x)), 0, 1)"},
    {OpCode::HardSwish, "Mul(x, HardSigmoid(x, 0.16666667, 0.5))"},
    {OpCode::HardSwish, "Mul(0.16666667, x, Clip(Add(3, x), 0, 6))"},
    // x / 2 * (1 + erf(x / sqrt(2)))
    {OpCode::Gelu, "Mul(0.5, x, Add(1, Erf(Mul(0.70710678, x))))"},
    // x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))), and multiplied out
    {OpCode::GeluTanh, "Mul(0.5, x, Add(1, Tanh(Mul(0.79788456, Add(x, Mul(0.044715, x, x, x))))))"},
    {OpCode::GeluTanh, "Mul(0.5, x, Add(1, Tanh(Mul(0.79788456, x, Add(1, Mul(0.044715, x, x))))))"},
    {OpCode::GeluTanh, "Mul(0.5, x, Add(1, Tanh(Add(Mul(0.79788456, x), Mul(0.035677408, x, x, x)))))"},
    {OpCode::GeluTanh, "Mul(0.5, x, Add(1, Tanh(Mul(x, Add(0.79788456, Mul(0.035677408, x, x))))))"},
};

// The result is an elementwise function of x. With constants of one element, it has x's shape if it has x's rank.
bool IsElementwise(const Graph& graph, ValueId x, ValueId result) {
  const Value& input = graph.value(x);
  const Value& output = graph.value(result);
  return IsFloat(input.type) && !input.is_constant() && input.has_shape && output.has_shape &&
         input.shape.rank() == output.shape.rank();
}

float CapturedOr(const PatternMatch& match, const char* name, float fallback) {
  const auto found = match.numbers.find(name);
  return found == match.numbers.end() ? fallback : static_cast<float>(found->second);
}

// max(x, alpha * x) is LeakyRelu for slopes up to 1 only; a Clip's bounds must be in order.
bool HasValidNumbers(const Rule& rule, const PatternMatch& match) {
  if (rule.op == OpCode::LeakyRelu && rule.pattern[0] == 'M') return CapturedOr(match, "alpha", 0) <= 1;
  return rule.op != OpCode::Clip || CapturedOr(match, "lo", 0) <= CapturedOr(match, "hi", 0);
}

void SetAttributes(Graph* graph, const Rule& rule, const PatternMatch& match, Node* node) {
  node->attrs.Reset();
  if (rule.op == OpCode::LeakyRelu || rule.op == OpCode::HardSigmoid) {
    format::UnaryT attributes;
    attributes.alpha = CapturedOr(match, "alpha", rule.alpha);
    attributes.beta = CapturedOr(match, "beta", rule.beta);
    node->attrs.Set(std::move(attributes));
  } else if (rule.op == OpCode::Clip) {
    const std::string base = graph->value(node->outputs[0]).name;
    SetInput(node, 1, graph->AddFloats(graph->UniqueName(base + "_min"), {}, {CapturedOr(match, "lo", 0)}));
    SetInput(node, 2, graph->AddFloats(graph->UniqueName(base + "_max"), {}, {CapturedOr(match, "hi", 0)}));
  }
}

bool Apply(Graph* graph, PassLog* log, const Rule& rule, const PatternMatch& match) {
  Node* last = match.nodes[0];
  const ValueId x = match.values.at("x");
  if (!IsElementwise(*graph, x, last->outputs[0]) || !HasValidNumbers(rule, match)) return false;
  // The constants of a Clip are made here, in fp32.
  if (rule.op == OpCode::Clip && graph->value(x).type != ElementType::kFloat32) return false;
  last->op = rule.op;
  last->inputs = {x};
  SetAttributes(graph, rule, match, last);
  Say(log, "recognized %s", Describe(*last).c_str());
  RemoveMatched(graph, match);
  return true;
}

// Div by a power of two -> Mul by its reciprocal, which is the same number. Division is the slower of the two.
bool DivToMul(Graph* graph, PassLog* log, Node* node) {
  double divisor;
  int exponent;
  if (node->op != OpCode::Div || !ReadScalar(*graph, node->inputs[1], &divisor)) return false;
  const Value& constant = graph->value(node->inputs[1]);
  if (constant.type != ElementType::kFloat32 || std::fabs(std::frexp(divisor, &exponent)) != 0.5) return false;
  const ValueId reciprocal = AddRounded(graph, constant.name + "_reciprocal", constant.shape, {1 / divisor});
  if (reciprocal == kNoValue || !std::isnormal(static_cast<float>(1 / divisor))) return false;
  node->op = OpCode::Mul;
  node->inputs[1] = reciprocal;
  Say(log, "Div by a power of two '%s' is a Mul", node->name.c_str());
  return true;
}

struct ParsedRule {
  Rule rule;
  Pattern pattern;
};

const std::vector<ParsedRule>& Rules() {
  static const auto* rules = [] {
    auto* parsed = new std::vector<ParsedRule>;
    for (const Rule& rule : kRules) parsed->push_back({rule, Pattern::Parse(rule.pattern)});
    return parsed;
  }();
  return *rules;
}

}  // namespace

Status RecognizePatterns(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    PatternMatcher matcher(*graph, index);
    PatternMatch match;
    for (const ParsedRule& rule : Rules()) {
      if (matcher.Match(rule.pattern, node, &match) && Apply(graph, log, rule.rule, match)) return true;
    }
    return RecognizeNorm(graph, log, index, node) || DivToMul(graph, log, node);
  });
  return Status();
}

}  // namespace linnet::converter
