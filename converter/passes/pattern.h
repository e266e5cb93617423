// Subgraphs described in text and found in a graph.
//
//   Mul(0.5, x, Add(1, Erf(Mul(0.70710678, x))))
//
//   x             any value; the same name is the same value
//   0.5           a constant of one element, equal within the precision of its type
//   @alpha        a constant of one element, whose number is captured
//   #scale        a constant of any size, captured
//   Op(a, b)      what that op of the engine computes from operands a and b. Further operands stand for attributes:
//                 HardSigmoid(x, alpha, beta). ReduceMean(x) is over the last axis, with keepdims.
//
// Exporters write one formula in many ways, so some ops stand for what they compute and not for nodes:
//
//   Mul(a, b, c)  any tree of Mul, Div, Reciprocal, Neg and Pow (of a small whole number) that multiplies these factors,
//                 in any order; constants of one element, wherever they are in it, are multiplied together. So
//                 Mul(0.5, x) also is Div(x, 2), and Mul(x, x) also Pow(x, 2).
//   Add(a, b, c)  the same for Add and Sub of constants.
//   Reciprocal(a) also the divisor of a Div; Sqrt(a) also Pow(a, 0.5); both at once also Pow(a, -0.5).
#ifndef LINNET_CONVERTER_PASSES_PATTERN_H_
#define LINNET_CONVERTER_PASSES_PATTERN_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

struct Pattern {
  enum Kind { kValue, kNumber, kCaptured, kConstant, kOp };
  Kind kind = kValue;
  std::string name;  // of a value, captured number or constant
  double number = 0;
  format::OpCode op = format::OpCode::Custom;
  std::vector<Pattern> operands;

  // REQUIRES: text as above.
  static Pattern Parse(const std::string& text);
};

// What was found.
struct PatternMatch {
  std::map<std::string, ValueId> values;  // by name, constants too
  std::map<std::string, double> numbers;
  std::vector<Node*> nodes;  // from the last to the first; some perhaps more than once
};

// Removes all matched nodes but the last, which the caller has made compute the result.
void RemoveMatched(Graph* graph, const PatternMatch& match);

class PatternMatcher {
 public:
  PatternMatcher(const Graph& graph, const GraphIndex& index) : graph_(graph), index_(index) {}

  // Whether `root` computes what `pattern` describes, and nothing else reads what the other nodes of it compute.
  bool Match(const Pattern& pattern, Node* root, PatternMatch* match);

 private:
  // Alternatives are tried in turn, each with everything that remains to be matched after it ("next").
  using Next = std::function<bool()>;
  using NextNumber = std::function<bool(double)>;
  using Parts = std::vector<const Pattern*>;
  using MatchParts = bool (PatternMatcher::*)(const Parts&, ValueId, const NextNumber&);

  bool MatchValue(const Pattern& pattern, ValueId id, const Next& next);
  bool BindValue(const std::string& name, ValueId id, const Next& next);
  bool BindNumber(const std::string& name, double number, const Next& next);
  bool MatchNumber(double expected, ValueId id, const Next& next);
  bool MatchNode(const Pattern& pattern, Node* node, const Next& next);
  bool MatchOperands(const Pattern& pattern, const Node& node, bool swapped, size_t i, const Next& next);
  bool MatchAttribute(const Pattern& pattern, const Node& node, size_t i, const Next& next);
  // Mul and Add: what the constants of the tree multiply / add up to is compared with the pattern's.
  bool MatchTree(const Pattern& pattern, ValueId id, const Next& next);
  // Whether `id` is number * product(factors) / number + sum(terms), for some number.
  bool MatchProduct(const Parts& factors, ValueId id, const NextNumber& next);
  bool MatchSum(const Parts& terms, ValueId id, const NextNumber& next);
  bool MatchQuotient(const Parts& factors, const Node& div, const NextNumber& next);
  bool MatchPower(const Parts& factors, const Node& pow, const NextNumber& next);
  bool MatchEqualFactors(const Parts& factors, ValueId id, size_t first, double product, const NextNumber& next);
  // Every way to give some parts to one operand and the rest to the other.
  bool MatchSplits(MatchParts match, const Parts& parts, const Node& node, double (*combine)(double, double),
                   const NextNumber& next);

  bool ReadNumber(ValueId id, double* number) const;
  // The node that computes `id`, if it has one output and no fused activation.
  Node* PlainProducer(ValueId id) const;
  bool IsEnclosed() const;

  const Graph& graph_;
  const GraphIndex& index_;
  PatternMatch match_;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_PATTERN_H_
