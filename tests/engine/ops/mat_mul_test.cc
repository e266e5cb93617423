#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/op_test.h"
#include "tests/engine/ops/conv_reference.h"

namespace linnet::testing {
namespace {

OpTest MatMul(bool transpose_b = false) {
  OpTest test(OpCode::MatMul);
  test.Attrs<format::MatMulT>([&](auto& a) { a.transpose_b = transpose_b; });
  return test;
}

// NumPy's matmul of a [batch..., m, k] and b [batch..., k, n] (n, k if transposed); batch dimensions broadcast.
Value Product(const Value& a, const Value& b, bool transposed) {
  const int ra = a.shape.rank(), rb = b.shape.rank(), rank = std::max(ra, rb) - 2;
  const int64_t m = a.shape[ra - 2], k = a.shape[ra - 1], n = b.shape[transposed ? rb - 2 : rb - 1];
  const std::vector<double> as = Numbers(a), bs = Numbers(b);
  Shape shape;
  for (int d = 0; d < rank; ++d) {
    const int da = d - (rank - (ra - 2)), db = d - (rank - (rb - 2));
    shape.Append(std::max(da < 0 ? 1 : a.shape[da], db < 0 ? 1 : b.shape[db]));
  }
  const Shape batch = shape;
  shape.Append(m);
  shape.Append(n);
  std::vector<double> y;
  for (int64_t i = 0; i < shape.elements(); ++i) {
    int64_t rest = i / (m * n), at = 0, bt = 0, a_step = 1, b_step = 1;
    for (int d = rank - 1; d >= 0; --d) {
      const int da = d - (rank - (ra - 2)), db = d - (rank - (rb - 2));
      const int64_t index = rest % batch[d];
      rest /= batch[d];
      if (da >= 0) at += (a.shape[da] == 1 ? 0 : index) * a_step, a_step *= a.shape[da];
      if (db >= 0) bt += (b.shape[db] == 1 ? 0 : index) * b_step, b_step *= b.shape[db];
    }
    const int64_t row = i / n % m, column = i % n;
    double sum = 0;
    for (int64_t p = 0; p < k; ++p) {
      sum += as[(at * m + row) * k + p] * bs[bt * k * n + (transposed ? column * k + p : p * n + column)];
    }
    y.push_back(sum);
  }
  return MakeValue(a.type, shape, y);
}

// [..., rows, heads * columns] of [..., heads, rows, columns].
Value Interleaved(const Value& x) {
  const int rank = x.shape.rank();
  const int64_t heads = x.shape[rank - 3], rows = x.shape[rank - 2], columns = x.shape[rank - 1];
  const std::vector<double> in = Numbers(x);
  std::vector<double> out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    const int64_t at = static_cast<int64_t>(i), c = at % columns, r = at / columns % rows, h = at / columns / rows % heads;
    const int64_t outer = at / columns / rows / heads;
    out[static_cast<size_t>(((outer * rows + r) * heads + h) * columns + c)] = in[i];
  }
  Shape shape;
  for (int d = 0; d + 3 < rank; ++d) shape.Append(x.shape[d]);
  shape.Append(rows);
  shape.Append(heads * columns);
  return MakeValue(x.type, shape, out);
}

OpTest HeadsMatMul(bool transpose_b, int a_heads, int b_heads, int y_heads) {
  OpTest test(OpCode::MatMul);
  test.Attrs<format::MatMulT>([&](auto& attrs) {
    attrs.transpose_b = transpose_b;
    attrs.a_heads = a_heads;
    attrs.b_heads = b_heads;
    attrs.y_heads = y_heads;
  });
  return test;
}

// Attention heads as projections lay them out: all combinations of operands give what transposed copies give.
TEST(MatMul, Heads) {
  for (ElementType type : {ElementType::kFloat32, ElementType::kFloat64}) {
    for (bool transposed : {false, true}) {
      const Value a = Random(type, {2, 3, 5, 4}), b = Random(type, transposed ? Shape{2, 3, 17, 4} : Shape{2, 3, 4, 17}, 2);
      const Value y = Product(a, b, transposed), residual = Random(type, y.shape, 3);
      const Value sum = AddBias(y, residual);
      for (int which = 1; which < 8; ++which) {
        const bool heads_a = which & 1, heads_b = which & 2, heads_y = which & 4;
        HeadsMatMul(transposed, heads_a ? 3 : 0, heads_b ? 3 : 0, heads_y ? 3 : 0)
            .Input(heads_a ? Interleaved(a) : a)
            .Param(heads_b ? Interleaved(b) : b)
            .NoInput()
            .Input(heads_y ? Interleaved(residual) : residual)
            .Output(heads_y ? Interleaved(sum) : sum)
            .Within(1e-5, 1e-5)
            .Check();
      }
    }
  }
}

TEST(MatMul, HeadsMustFit) {
  const Value a = Random(ElementType::kFloat32, {2, 5, 12}), b = Random(ElementType::kFloat32, {2, 12, 6}, 2);
  const Value y = Random(ElementType::kFloat32, {2, 5, 6});
  const auto refused = [&](int a_heads, int b_heads, int y_heads, const char* part) {
    HeadsMatMul(false, a_heads, b_heads, y_heads).Input(a).Param(b).Output(y).ExpectError(StatusCode::kInvalidModel, part);
  };
  refused(5, 0, 0, "does not lie in 5 heads");
  refused(-3, 0, 0, "heads");
  refused(0, 4, 0, "does not lie in 4 heads");
  refused(3, 0, 0, "different inner sizes");
  refused(0, 0, 3, "no 3 heads");
  refused(0, 0, -1, "no -1 heads");
}

TEST(MatMul, ShapesAndBroadcasting) {
  struct Case {
    Shape a, b;
  };
  const Case cases[] = {{{2, 3}, {3, 4}},          {{1, 65}, {65, 33}},      {{40, 20}, {20, 50}},
                        {{2, 3, 4}, {4, 5}},       {{2, 1, 3, 4}, {5, 4, 6}}, {{3, 4}, {2, 4, 5}},
                        {{2, 3, 17}, {2, 17, 9}},  {{1, 3, 4}, {2, 4, 1}},   {{2, 1, 8}, {2, 8, 19}}};
  for (const Case& c : cases) {
    for (bool transposed : {false, true}) {
      Shape b_shape = c.b;
      if (transposed) std::swap(b_shape[b_shape.rank() - 1], b_shape[b_shape.rank() - 2]);
      const Value a = Random(ElementType::kFloat32, c.a), b = Random(ElementType::kFloat32, b_shape, 2);
      MatMul(transposed).Input(a).Param(b).Output(Product(a, b, transposed)).Within(1e-4, 1e-5).Check();
    }
  }
}

TEST(MatMul, VectorsDropTheirDimension) {
  const Value v = F32({3}, {1, 2, 3}), m = F32({2, 3}, {1, 2, 3, 4, 5, 6}), n = F32({3, 2}, {1, 2, 3, 4, 5, 6});
  MatMul().Input(v).Param(v).Output(F32({}, {14})).Within(1e-6).Check();
  MatMul().Input(m).Param(v).Output(F32({2}, {14, 32})).Within(1e-6).Check();
  MatMul().Input(v).Param(n).Output(F32({2}, {22, 28})).Within(1e-6).Check();
  const Value batch = F32({2, 1, 3}, {1, 2, 3, 4, 5, 6});
  MatMul().Input(batch).Param(v).Output(F32({2, 1}, {14, 32})).Within(1e-6).Check();
  MatMul().Input(v).Param(F32({2, 3, 1}, {1, 2, 3, 4, 5, 6})).Output(F32({2, 1}, {14, 32})).Within(1e-6).Check();
}

TEST(MatMul, Panels) {
  for (const Shape& shape : {Shape{40, 33}, Shape{3, 40, 7}, Shape{3, 40, 3}}) {
    for (int64_t rows : {1, 5}) {
      const bool batched = shape.rank() == 3;
      const Value b = Random(ElementType::kFloat32, shape, 2);
      const Value a = Random(ElementType::kFloat32, batched ? Shape{3, rows, 40} : Shape{rows, 40});
      const size_t group = batched ? 3 : 1, n = static_cast<size_t>(shape.back()), width = format::PanelWidth(n);
      std::vector<uint8_t> bytes = FloatBytes(format::PanelElements(group, n, 40, width));
      kernels::PackPanels({group, n, 40, n * 40, 1, n}, width, Floats(b), AsFloats(bytes));
      OpTest test = MatMul();
      test.Input(a).Packed(ElementType::kFloat32, shape, format::StorageOrder::Panels, static_cast<uint8_t>(width),
                           static_cast<uint32_t>(group), bytes);
      test.Output(Product(a, b, false)).Within(1e-4, 1e-5).Check();
    }
  }
}

TEST(MatMul, BiasResidualAndActivation) {
  const Value a = Random(ElementType::kFloat32, {2, 5, 6}), b = Random(ElementType::kFloat32, {6, 7}, 2);
  const Value bias = Random(ElementType::kFloat32, {7}, 3), residual = Random(ElementType::kFloat32, {2, 5, 7}, 4);
  const Value y = Map(AddBias(AddBias(Product(a, b, false), bias), residual), [](double v) { return std::max(v, 0.0); });
  OpTest test(OpCode::MatMul);
  test.Attrs<format::MatMulT>([](auto& attrs) {
    attrs.activation = format::Activation(format::ActivationKind::Clamp, 0.0f, INFINITY, 0.0f, 0.0f);
  });
  test.Input(a).Constant(b).Constant(bias).Input(residual).Output(y).Within(1e-5, 1e-5).Check();
}

TEST(MatMul, EveryNumberType) {
  for (ElementType type : {ElementType::kFloat16, ElementType::kBfloat16, ElementType::kFloat64, ElementType::kInt32,
                           ElementType::kInt64, ElementType::kUint32, ElementType::kUint64, ElementType::kInt8}) {
    std::vector<double> numbers;
    for (int i = 0; i < 6; ++i) numbers.push_back(i);
    const Value a = MakeValue(type, {2, 3}, numbers), b = MakeValue(type, {3, 2}, numbers);
    const Value bias = MakeValue(type, {2}, {1, 2}), vector = MakeValue(type, {3}, {1, 0, 2});
    MatMul().Input(a).Param(b).Output(MakeValue(type, {2, 2}, {10, 13, 28, 40})).Check();
    MatMul(true).Input(a).Param(a).Constant(bias).Output(MakeValue(type, {2, 2}, {6, 16, 15, 52})).Check();
    MatMul().Input(a).Param(vector).Output(MakeValue(type, {2}, {4, 13})).Check();
  }
}

TEST(MatMul, IntegersWrapAround) {
  MatMul()
      .Input(MakeInt64({1, 1}, {INT64_MAX}))
      .Param(MakeInt64({1, 1}, {2}))
      .Output(MakeInt64({1, 1}, {-2}))
      .Check();
}

TEST(MatMul, EmptySizes) {
  MatMul().Input(F32({0, 3}, {})).Param(F32({3, 2}, {1, 2, 3, 4, 5, 6})).Output(F32({0, 2}, {})).Check();
  MatMul().Input(F32({2, 0}, {})).Param(F32({0, 3}, {})).Output(F32({2, 3}, {0, 0, 0, 0, 0, 0})).Check();
}

TEST(MatMul, Errors) {
  const Value a = F32({2, 3}, {1, 2, 3, 4, 5, 6}), out = F32({2, 2}, {0, 0, 0, 0});
  MatMul().Input(a).Param(a).Output(out).ExpectError(StatusCode::kInvalidModel, "different inner sizes");
  MatMul().Input(F32({}, {1})).Param(a).Output(out).ExpectError(StatusCode::kInvalidModel, "at least one dimension");
  MatMul()
      .Input(Random(ElementType::kFloat32, {2, 1, 1}))
      .Param(Random(ElementType::kFloat32, {3, 1, 1}))
      .Output(out)
      .ExpectError(StatusCode::kInvalidModel, "do not broadcast");
  MatMul().Input(a).Param(I32({3, 1}, {1, 2, 3})).Output(out).ExpectError(StatusCode::kInvalidModel, "expected float32");
  MatMul(true).Input(a).Param(a).Constant(F32({3}, {1, 2, 3})).Output(out).ExpectError(StatusCode::kInvalidModel, "bias");
}

}  // namespace
}  // namespace linnet::testing
