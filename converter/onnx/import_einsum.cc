// Einsum, as transpositions, sums, and products of matrices: operands are multiplied from left to right, and what no
// later operand and not the output names is summed as early as it can be.
#include <algorithm>

#include "converter/onnx/attention.h"
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

// A dimension's name: a letter, or 256 + i for the i-th of an ellipsis, counted from its end.
using Labels = std::vector<int>;
constexpr int kEllipsis = 256;

bool Has(const Labels& labels, int label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

struct Operand {
  ValueId value;
  Labels labels;  // one per dimension
};

// `dimensions`: of the ellipsis.
Status ParseTerm(ImportContext& ctx, const std::string& term, int dimensions, Labels* labels) {
  for (size_t i = 0; i < term.size(); ++i) {
    if (term.compare(i, 3, "...") == 0) {
      for (int d = dimensions; d-- > 0;) labels->push_back(kEllipsis + d);
      i += 2;
    } else if (std::isalpha(static_cast<unsigned char>(term[i])) != 0) {
      labels->push_back(term[i]);
    } else {
      return ctx.Invalid("the equation has a term '%s'", term.c_str());
    }
  }
  return {};
}

class Contraction {
 public:
  explicit Contraction(ImportContext& ctx) : ctx_(ctx) {}

  Status Run() {
    LINNET_RETURN_IF_ERROR(Parse());
    for (Operand& operand : operands_) {
      while (TakeDiagonal(&operand)) {
      }
    }
    Operand result = operands_[0];
    SumUnused(&result, 1);
    for (size_t i = 1; i < operands_.size(); ++i) {
      SumUnused(&operands_[i], i, &result.labels);
      result = Multiply(result, operands_[i], i + 1);
    }
    SumUnused(&result, operands_.size());
    for (int label : output_) {
      if (!Has(result.labels, label)) return ctx_.Invalid("the output names a dimension that no input has");
    }
    Arrange(&result, output_);
    ctx_.SetOutput(0, ctx_.Emit(OpCode::Identity, {result.value}));
    return {};
  }

 private:
  Status Parse() {
    std::string equation = ctx_.String("equation", "");
    equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
    const size_t arrow = equation.find("->");
    std::string left = equation.substr(0, arrow);
    int ellipsis = 0;
    for (int i = 0; i < ctx_.input_count(); ++i) {
      const size_t comma = left.find(',');
      if ((comma == std::string::npos) != (i + 1 == ctx_.input_count())) {
        return ctx_.Invalid("the equation '%s' is not of %d inputs", equation.c_str(), ctx_.input_count());
      }
      const std::string term = left.substr(0, comma);
      left = comma == std::string::npos ? "" : left.substr(comma + 1);
      int rank = 0;
      LINNET_RETURN_IF_ERROR(ctx_.GetRank(ctx_.Input(i), &rank));
      const bool dots = term.find("...") != std::string::npos;
      const int dimensions = dots ? std::max(0, rank - static_cast<int>(term.size()) + 3) : 0;
      ellipsis = std::max(ellipsis, dimensions);
      Operand operand = {ctx_.Input(i), {}};
      LINNET_RETURN_IF_ERROR(ParseTerm(ctx_, term, dimensions, &operand.labels));
      if (static_cast<int>(operand.labels.size()) != rank) {
        return ctx_.Invalid("the term '%s' names an input of rank %d", term.c_str(), rank);
      }
      operands_.push_back(operand);
    }
    if (arrow != std::string::npos) {
      LINNET_RETURN_IF_ERROR(ParseTerm(ctx_, equation.substr(arrow + 2), ellipsis, &output_));
    } else {
      ImplyOutput(ellipsis);
    }
    for (size_t i = 0; i < output_.size(); ++i) {
      if (std::count(output_.begin(), output_.end(), output_[i]) > 1)
        return ctx_.Invalid("the output repeats a dimension");
    }
    return {};
  }

  // Without an arrow: the ellipsis, then the letters that stand once, in order.
  void ImplyOutput(int ellipsis) {
    for (int d = ellipsis; d-- > 0;) output_.push_back(kEllipsis + d);
    for (int letter = 'A'; letter <= 'z'; ++letter) {
      std::ptrdiff_t count = 0;
      for (const Operand& operand : operands_) {
        count += std::count(operand.labels.begin(), operand.labels.end(), letter);
      }
      if (count == 1) output_.push_back(letter);
    }
  }

  // Whether the output or an operand from `next` on names it.
  bool IsNeeded(int label, size_t next) const {
    bool needed = Has(output_, label);
    for (size_t i = next; i < operands_.size(); ++i) needed = needed || Has(operands_[i].labels, label);
    return needed;
  }

  // Transposes to the given order of all its labels.
  void Arrange(Operand* x, const Labels& order) {
    if (x->labels == order) return;
    std::vector<int> perm;
    for (int label : order) {
      perm.push_back(static_cast<int>(std::find(x->labels.begin(), x->labels.end(), label) - x->labels.begin()));
    }
    *x = {ctx_.Transpose(x->value, perm), order};
  }

  // Of a label that stands twice the elements where both indices are equal: [n, n] is a row of n * n, of which every
  // (n + 1)-th counts.
  bool TakeDiagonal(Operand* x) {
    for (size_t i = 0; i < x->labels.size(); ++i) {
      const int label = x->labels[i];
      const auto again = std::find(x->labels.begin() + static_cast<std::ptrdiff_t>(i) + 1, x->labels.end(), label);
      if (again == x->labels.end()) continue;
      const int first = static_cast<int>(i), second = static_cast<int>(again - x->labels.begin());
      Labels rest;
      std::vector<int> perm;
      Values sizes;
      for (int d = 0; d < static_cast<int>(x->labels.size()); ++d) {
        if (d == first || d == second) continue;
        rest.push_back(x->labels[static_cast<size_t>(d)]);
        perm.push_back(d);
        sizes.push_back(SizeOf(ctx_, x->value, d));
      }
      const ValueId n = SizeOf(ctx_, x->value, first);
      perm.push_back(first);
      perm.push_back(second);
      sizes.push_back(ctx_.Emit(OpCode::Mul, {n, n}));
      const ValueId rows = Reshape(ctx_.Transpose(x->value, perm), sizes);
      const int axis = static_cast<int>(rest.size());
      const ValueId step = ctx_.Emit(OpCode::Add, {n, ctx_.IntsConstant({1})});
      x->value = ctx_.Emit(OpCode::Slice, {rows, ctx_.IntsConstant({0}), ctx_.IntsConstant({INT64_MAX}),
                                           ctx_.IntsConstant({axis}), step});
      rest.push_back(label);
      x->labels = rest;
      return true;
    }
    return false;
  }

  // Sums over dimensions that nothing else needs: no operand from `next` on, not the output, and not `kept`.
  void SumUnused(Operand* x, size_t next, const Labels* kept = nullptr) {
    std::vector<int> axes;
    Labels rest;
    for (size_t d = 0; d < x->labels.size(); ++d) {
      const int label = x->labels[d];
      if (IsNeeded(label, next) || (kept != nullptr && Has(*kept, label))) {
        rest.push_back(label);
      } else {
        axes.push_back(static_cast<int>(d));
      }
    }
    if (axes.empty()) return;
    *x = {ctx_.Reduce(OpCode::ReduceSum, x->value, axes, /*keepdims=*/false), rest};
  }

  ValueId Reshape(ValueId x, const Values& sizes) {
    if (sizes.empty()) return ctx_.Reshape(x, {});
    format::ReshapeT attrs;
    attrs.allow_zero = true;
    return ctx_.Emit(OpCode::Reshape, {x, ctx_.Concat(sizes, 0)}, std::move(attrs));
  }

  // Sizes of the given dimensions of x, one each.
  Values SizesOf(const Operand& x, const Labels& labels) {
    Values sizes;
    for (int label : labels) {
      const auto at = std::find(x.labels.begin(), x.labels.end(), label);
      sizes.push_back(SizeOf(ctx_, x.value, static_cast<int>(at - x.labels.begin())));
    }
    return sizes;
  }
  ValueId Product(const Values& sizes) {
    ValueId product = sizes.empty() ? ctx_.IntsConstant({1}) : sizes[0];
    for (size_t i = 1; i < sizes.size(); ++i) product = ctx_.Emit(OpCode::Mul, {product, sizes[i]});
    return product;
  }

  // x as [common..., rows, columns].
  ValueId AsMatrix(Operand x, const Labels& common, const Labels& rows, const Labels& columns) {
    Labels order = common;
    order.insert(order.end(), rows.begin(), rows.end());
    order.insert(order.end(), columns.begin(), columns.end());
    Arrange(&x, order);
    if (rows.size() == 1 && columns.size() == 1) return x.value;
    Values sizes = SizesOf(x, common);
    sizes.push_back(Product(SizesOf(x, rows)));
    sizes.push_back(Product(SizesOf(x, columns)));
    return Reshape(x.value, sizes);
  }

  // a b, summed over what both have and nothing needs from operand `next` on.
  Operand Multiply(const Operand& a, const Operand& b, size_t next) {
    Labels common, summed, rows, columns;
    for (int label : a.labels) {
      Labels& where = !Has(b.labels, label) ? rows : IsNeeded(label, next) ? common : summed;
      where.push_back(label);
    }
    for (int label : b.labels) {
      if (!Has(a.labels, label)) columns.push_back(label);
    }
    const ValueId left = AsMatrix(a, common, rows, summed), right = AsMatrix(b, common, summed, columns);
    Operand result = {ctx_.Emit(OpCode::MatMul, {left, right}, format::MatMulT()), common};
    result.labels.insert(result.labels.end(), rows.begin(), rows.end());
    result.labels.insert(result.labels.end(), columns.begin(), columns.end());
    if (rows.size() == 1 && columns.size() == 1) return result;
    Values sizes;
    for (size_t d = 0; d < common.size(); ++d) sizes.push_back(SizeOf(ctx_, result.value, static_cast<int>(d)));
    for (ValueId size : SizesOf(a, rows)) sizes.push_back(size);
    for (ValueId size : SizesOf(b, columns)) sizes.push_back(size);
    result.value = Reshape(result.value, sizes);
    return result;
  }

  ImportContext& ctx_;
  std::vector<Operand> operands_;
  Labels output_;
};

}  // namespace

Status ImportEinsum(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, INT32_MAX));
  return Contraction(ctx).Run();
}

}  // namespace linnet::converter::onnx
