#include "converter/passes/pattern.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// --- Parsing ---

OpCode OpOf(const std::string& name) {
  for (OpCode op : format::EnumValuesOpCode()) {
    if (name == OpName(op)) return op;
  }
  assert(false && "no such op");
  return OpCode::Custom;
}

void SkipSpaces(const std::string& text, size_t* at) {
  while (*at < text.size() && text[*at] == ' ') ++*at;
}

std::string ParseName(const std::string& text, size_t* at) {
  const size_t start = *at;
  while (*at < text.size() && (std::isalnum(static_cast<unsigned char>(text[*at])) || text[*at] == '_')) ++*at;
  return text.substr(start, *at - start);
}

Pattern ParseAt(const std::string& text, size_t* at) {
  Pattern pattern;
  SkipSpaces(text, at);
  const char first = text[*at];
  if (first == '-' || std::isdigit(static_cast<unsigned char>(first))) {
    char* end = nullptr;
    pattern.kind = Pattern::kNumber;
    pattern.number = std::strtod(text.c_str() + *at, &end);
    *at = static_cast<size_t>(end - text.c_str());
    return pattern;
  }
  if (first == '@' || first == '#') {
    ++*at;
    pattern.kind = first == '@' ? Pattern::kCaptured : Pattern::kConstant;
  }
  pattern.name = ParseName(text, at);
  if (*at >= text.size() || text[*at] != '(') return pattern;
  pattern.kind = Pattern::kOp;
  pattern.op = OpOf(pattern.name);
  do {
    ++*at;  // '(' or ','
    pattern.operands.push_back(ParseAt(text, at));
    SkipSpaces(text, at);
  } while (*at < text.size() && text[*at] == ',');
  ++*at;  // ')'
  return pattern;
}

// --- Numbers ---

// Constants are rounded to their type, and often computed in float before that.
double Tolerance(ElementType type) {
  switch (type) {
    case ElementType::kFloat16: return 1e-3;
    case ElementType::kBfloat16: return 8e-3;
    default: return 2e-6;
  }
}

bool IsClose(double found, double expected, double tolerance) {
  return found == expected || std::fabs(found - expected) <= tolerance * std::fabs(expected);
}

double Multiply(double a, double b) { return a * b; }
double Plus(double a, double b) { return a + b; }

bool IsTree(const Pattern& pattern) {
  return pattern.kind == Pattern::kOp && (pattern.op == OpCode::Mul || pattern.op == OpCode::Add);
}

bool IsOp(const Pattern& pattern, OpCode op) { return pattern.kind == Pattern::kOp && pattern.op == op; }

// ReduceMean over the last axis that keeps it as 1.
bool IsMeanOfLastAxis(const Graph& graph, const Node& node) {
  const auto& attributes = node.As<format::ReduceT>();
  const Value& input = graph.value(node.inputs[0]);
  std::vector<int64_t> axes(attributes.axes.begin(), attributes.axes.end());
  if (InputOf(node, 1) != kNoValue && !ReadInts(graph, node.inputs[1], &axes)) return false;
  return attributes.keepdims && input.has_shape && axes.size() == 1 && input.shape.rank() > 0 &&
         ResolveAxis(axes[0], input.shape.rank()) == input.shape.rank() - 1;
}

}  // namespace

Pattern Pattern::Parse(const std::string& text) {
  size_t at = 0;
  Pattern pattern = ParseAt(text, &at);
  assert(at == text.size());
  return pattern;
}

void RemoveMatched(Graph* graph, const PatternMatch& match) {
  graph->RemoveNodes([&match](const Node& node) {
    return &node != match.nodes[0] && std::find(match.nodes.begin(), match.nodes.end(), &node) != match.nodes.end();
  });
}

bool PatternMatcher::Match(const Pattern& pattern, Node* root, PatternMatch* match) {
  match_ = PatternMatch();
  if (root->outputs.size() != 1 || PlainProducer(root->outputs[0]) != root) return false;
  return MatchValue(pattern, root->outputs[0], [this, match] {
    if (!IsEnclosed()) return false;
    *match = match_;
    return true;
  });
}

bool PatternMatcher::MatchValue(const Pattern& pattern, ValueId id, const Next& next) {
  if (id == kNoValue) return false;
  double number;
  switch (pattern.kind) {
    case Pattern::kValue: return BindValue(pattern.name, id, next);
    case Pattern::kNumber: return MatchNumber(pattern.number, id, next);
    case Pattern::kCaptured: return ReadNumber(id, &number) && BindNumber(pattern.name, number, next);
    case Pattern::kConstant: return graph_.value(id).is_constant() && BindValue(pattern.name, id, next);
    case Pattern::kOp: break;
  }
  if (IsTree(pattern)) return MatchTree(pattern, id, next);
  if (IsOp(pattern, OpCode::Reciprocal)) {
    return MatchProduct({&pattern}, id, [&](double scale) { return IsClose(scale, 1, 1e-6) && next(); });
  }
  Node* node = PlainProducer(id);
  return node != nullptr && MatchNode(pattern, node, next);
}

bool PatternMatcher::BindValue(const std::string& name, ValueId id, const Next& next) {
  const auto bound = match_.values.find(name);
  if (bound != match_.values.end()) return bound->second == id && next();
  match_.values[name] = id;
  if (next()) return true;
  match_.values.erase(name);
  return false;
}

bool PatternMatcher::BindNumber(const std::string& name, double number, const Next& next) {
  const auto bound = match_.numbers.find(name);
  if (bound != match_.numbers.end()) return IsClose(number, bound->second, 1e-6) && next();
  match_.numbers[name] = number;
  if (next()) return true;
  match_.numbers.erase(name);
  return false;
}

bool PatternMatcher::MatchNumber(double expected, ValueId id, const Next& next) {
  double number;
  return ReadNumber(id, &number) && IsClose(number, expected, Tolerance(graph_.value(id).type)) && next();
}

bool PatternMatcher::MatchNode(const Pattern& pattern, Node* node, const Next& next) {
  const bool power = pattern.op == OpCode::Sqrt && node->op == OpCode::Pow;
  if (node->op != pattern.op && !power) return false;
  if (node->op == OpCode::ReduceMean && !IsMeanOfLastAxis(graph_, *node)) return false;
  match_.nodes.push_back(node);
  const bool commutes = pattern.op == OpCode::Min || pattern.op == OpCode::Max;
  const bool matches =
      power ? MatchNumber(0.5, node->inputs[1],
                          [&] { return MatchValue(pattern.operands[0], node->inputs[0], next); })
            : MatchOperands(pattern, *node, false, 0, next) ||
                  (commutes && node->inputs.size() == 2 && MatchOperands(pattern, *node, true, 0, next));
  if (!matches) match_.nodes.pop_back();
  return matches;
}

bool PatternMatcher::MatchOperands(const Pattern& pattern, const Node& node, bool swapped, size_t i, const Next& next) {
  if (i == pattern.operands.size()) return next();
  const Next rest = [&, i] { return MatchOperands(pattern, node, swapped, i + 1, next); };
  if (node.attrs.type == format::OpAttrs::Unary && i > 0) return MatchAttribute(pattern, node, i, rest);
  return MatchValue(pattern.operands[i], InputOf(node, swapped ? 1 - i : i), rest);
}

bool PatternMatcher::MatchAttribute(const Pattern& pattern, const Node& node, size_t i, const Next& next) {
  const auto& attributes = node.As<format::UnaryT>();
  return IsClose(i == 1 ? attributes.alpha : attributes.beta, pattern.operands[i].number, 2e-6) && next();
}

bool PatternMatcher::MatchTree(const Pattern& pattern, ValueId id, const Next& next) {
  const bool product = pattern.op == OpCode::Mul;
  const double neutral = product ? 1 : 0;
  double expected = neutral;
  const Pattern* captured = nullptr;
  Parts parts;
  for (const Pattern& operand : pattern.operands) {
    if (operand.kind == Pattern::kNumber) {
      expected = product ? expected * operand.number : expected + operand.number;
    } else if (operand.kind == Pattern::kCaptured) {
      captured = &operand;
    } else {
      parts.push_back(&operand);
    }
  }
  const double tolerance = Tolerance(graph_.value(id).type);
  const NextNumber compare = [&](double number) {
    if (captured == nullptr) return IsClose(number, expected, tolerance) && next();
    return number != neutral && BindNumber(captured->name, number, next);
  };
  return product ? MatchProduct(parts, id, compare) : MatchSum(parts, id, compare);
}

bool PatternMatcher::MatchProduct(const Parts& factors, ValueId id, const NextNumber& next) {
  double number;
  if (factors.empty()) return ReadNumber(id, &number) && next(number);
  const bool opaque = !IsOp(*factors[0], OpCode::Reciprocal) && !IsOp(*factors[0], OpCode::Mul);
  if (factors.size() == 1 && opaque && MatchValue(*factors[0], id, [&next] { return next(1); })) return true;
  Node* node = PlainProducer(id);
  if (node == nullptr) return false;
  match_.nodes.push_back(node);
  bool matches = false;
  switch (node->op) {
    case OpCode::Mul: matches = MatchSplits(&PatternMatcher::MatchProduct, factors, *node, Multiply, next); break;
    case OpCode::Neg:
      matches = MatchProduct(factors, node->inputs[0], [&next](double scale) { return next(-scale); });
      break;
    case OpCode::Div: matches = MatchQuotient(factors, *node, next); break;
    case OpCode::Pow: matches = MatchPower(factors, *node, next); break;
    case OpCode::Reciprocal:
      matches = factors.size() == 1 && IsOp(*factors[0], OpCode::Reciprocal) &&
                MatchProduct({&factors[0]->operands[0]}, node->inputs[0],
                             [&next](double scale) { return next(1 / scale); });
      break;
    default: break;
  }
  if (!matches) match_.nodes.pop_back();
  return matches;
}

bool PatternMatcher::MatchQuotient(const Parts& factors, const Node& div, const NextNumber& next) {
  const auto divide = [&](const Parts& above, const Parts& below) {
    return MatchProduct(above, div.inputs[0], [&](double a) {
      return MatchProduct(below, div.inputs[1], [&](double b) { return next(a / b); });
    });
  };
  if (divide(factors, {})) return true;
  for (size_t i = 0; i < factors.size(); ++i) {
    if (!IsOp(*factors[i], OpCode::Reciprocal)) continue;
    Parts above = factors;
    above.erase(above.begin() + static_cast<Parts::difference_type>(i));
    if (divide(above, {&factors[i]->operands[0]})) return true;
  }
  return false;
}

bool PatternMatcher::MatchPower(const Parts& factors, const Node& pow, const NextNumber& next) {
  double exponent;
  if (!ReadNumber(pow.inputs[1], &exponent)) return false;
  const Pattern& first = *factors[0];
  if (exponent == -0.5 && factors.size() == 1 && IsOp(first, OpCode::Reciprocal) &&
      IsOp(first.operands[0], OpCode::Sqrt)) {
    return MatchValue(first.operands[0].operands[0], pow.inputs[0], [&next] { return next(1); });
  }
  return exponent == static_cast<double>(factors.size()) && factors.size() > 1 &&
         MatchEqualFactors(factors, pow.inputs[0], 0, 1, next);
}

bool PatternMatcher::MatchEqualFactors(const Parts& factors, ValueId id, size_t first, double product,
                                       const NextNumber& next) {
  if (first == factors.size()) return next(product);
  return MatchProduct({factors[first]}, id, [&, first, product](double scale) {
    return MatchEqualFactors(factors, id, first + 1, product * scale, next);
  });
}

bool PatternMatcher::MatchSum(const Parts& terms, ValueId id, const NextNumber& next) {
  double number;
  if (terms.empty()) return ReadNumber(id, &number) && next(number);
  const bool opaque = !IsOp(*terms[0], OpCode::Add);
  if (terms.size() == 1 && opaque && MatchValue(*terms[0], id, [&next] { return next(0); })) return true;
  Node* node = PlainProducer(id);
  if (node == nullptr) return false;
  match_.nodes.push_back(node);
  bool matches = false;
  if (node->op == OpCode::Add) {
    matches = MatchSplits(&PatternMatcher::MatchSum, terms, *node, Plus, next);
  } else if (node->op == OpCode::Sub) {
    matches = MatchSum(terms, node->inputs[0], [&](double a) {
      return MatchSum({}, node->inputs[1], [&](double b) { return next(a - b); });
    });
  }
  if (!matches) match_.nodes.pop_back();
  return matches;
}

bool PatternMatcher::MatchSplits(MatchParts match, const Parts& parts, const Node& node,
                                 double (*combine)(double, double), const NextNumber& next) {
  for (unsigned mask = 0; mask < 1u << parts.size(); ++mask) {
    Parts left, right;
    for (size_t i = 0; i < parts.size(); ++i) (mask >> i & 1 ? left : right).push_back(parts[i]);
    const bool matches = (this->*match)(left, node.inputs[0], [&](double a) {
      return (this->*match)(right, node.inputs[1], [&](double b) { return next(combine(a, b)); });
    });
    if (matches) return true;
  }
  return false;
}

bool PatternMatcher::ReadNumber(ValueId id, double* number) const {
  return id != kNoValue && ReadScalar(graph_, id, number);
}

Node* PatternMatcher::PlainProducer(ValueId id) const {
  Node* node = index_.producer(id);
  if (node == nullptr || node->outputs.size() != 1) return nullptr;
  return FusedActivation(node) == nullptr || HasNoActivation(node) ? node : nullptr;
}

bool PatternMatcher::IsEnclosed() const {
  const auto& nodes = match_.nodes;
  const auto found = [&nodes](const Node* node) { return std::find(nodes.begin(), nodes.end(), node) != nodes.end(); };
  for (const Node* node : nodes) {
    if (node == nodes[0]) continue;
    const std::vector<Node*>& consumers = index_.consumers(node->outputs[0]);
    if (index_.is_output(node->outputs[0]) || !std::all_of(consumers.begin(), consumers.end(), found)) return false;
  }
  return true;
}

}  // namespace linnet::converter
