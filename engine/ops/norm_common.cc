#include "engine/ops/norm_common.h"

#include "engine/activation.h"
#include "engine/broadcast.h"
#include "engine/data_movement.h"
#include "kernels/norm_f32.h"

namespace linnet::ops {
namespace {

int AxisOf(OpContext& ctx) {
  const int axis = ctx.attrs<format::Norm>()->axis();
  return axis < 0 ? axis + ctx.input(0).rank() : axis;
}

// Checks that input i broadcasts to the dimensions of x from the axis on.
Status CheckParameter(OpContext& ctx, int i, int axis) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
  const Shape &x = ctx.input(0).shape, &parameter = ctx.input(i).shape;
  bool fits = parameter.rank() <= x.rank();
  for (int d = 0; fits && d < parameter.rank(); ++d) {
    const int at = x.rank() - parameter.rank() + d;
    fits = parameter[d] == 1 || (at >= axis && parameter[d] == x[at]);
  }
  if (fits) return Status();
  return ctx.Invalid("input %d is %s, which does not broadcast to the dimensions of x %s from axis %d on", i,
                     ctx.Describe(i, 1), ctx.Describe(0, 0), axis);
}

// Where the elements of a parameter are for the elements of a row: itself, or written out into scratch where it
// broadcasts inside the row.
struct Parameters {
  bool has;
  bool dense;  // one element per element of the row
};

Parameters ParametersOf(OpContext& ctx, int i, int64_t n) {
  const bool has = i < ctx.input_count() && ctx.has_input(i);
  return {has, has && ctx.input(i).elements() == n};
}

// Element j of a row takes this element of input i.
int64_t ParameterIndex(OpContext& ctx, int i, int64_t j) {
  const Shape &x = ctx.input(0).shape, &parameter = ctx.input(i).shape;
  int64_t index = 0, stride = 1;
  for (int d = parameter.rank() - 1; d >= 0; --d) {
    const int at = x.rank() - parameter.rank() + d;
    if (parameter[d] != 1) index += j % x[at] * stride;
    stride *= parameter[d];
    j /= x[at];
  }
  return index;
}

// The n elements of input i for a row, as fp32 or (wide) as double, written out in the order of the row.
void ExpandParameter(OpContext& ctx, int i, int64_t n, bool wide, void* to) {
  const TensorSlot& slot = ctx.input(i);
  for (int64_t j = 0; j < n; ++j) {
    Wide value;
    Widen(slot.type, slot.data, ParameterIndex(ctx, i, j), 1, WideKind::kReal, &value);
    if (wide) {
      static_cast<double*>(to)[j] = value.f;
    } else {
      static_cast<float*>(to)[j] = static_cast<float>(value.f);
    }
  }
}

void StoreMoments(OpContext& ctx, int64_t row, const RowMoments& moments) {
  if (ctx.has_output(1)) ctx.output(1).as<float>()[row] = static_cast<float>(moments.mean);
  if (ctx.has_output(2)) ctx.output(2).as<float>()[row] = static_cast<float>(moments.factor);
}

void RunWideRow(const TensorSlot& x, const TensorSlot& y, int64_t first, int64_t n, const RowMoments& moments,
                const double* scale, const double* shift, const kernels::Activation& activation) {
  Wide values[kWideBlock];
  for (int64_t done = 0; done < n; done += kWideBlock) {
    const int64_t left = n - done, count = left < static_cast<int64_t>(kWideBlock) ? left : kWideBlock;
    Widen(x.type, x.data, first + done, static_cast<size_t>(count), WideKind::kReal, values);
    for (int64_t j = 0; j < count; ++j) {
      values[j].f = (values[j].f - moments.mean) * moments.factor * scale[done + j];
      if (shift != nullptr) values[j].f += shift[done + j];
    }
    ApplyActivationWide(activation, static_cast<size_t>(count), values);
    Narrow(y.type, values, WideKind::kReal, first + done, static_cast<size_t>(count), y.data);
  }
}

}  // namespace

NormRows NormRowsOf(OpContext& ctx) {
  const Shape& x = ctx.input(0).shape;
  const int axis = AxisOf(ctx);
  return {x.Product(0, axis), x.Product(axis, x.rank())};
}

Status PrepareRowNorm(OpContext& ctx, int max_inputs, int max_outputs) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, max_inputs, 1, max_outputs));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const auto* attrs = ctx.attrs<format::Norm>();
  const TensorSlot& x = ctx.input(0);
  int axis;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), x.rank(), &axis));
  for (int i = 1; i < max_inputs; ++i) {
    if (ctx.has_input(i)) LINNET_RETURN_IF_ERROR(CheckParameter(ctx, i, axis));
  }
  LINNET_RETURN_IF_ERROR(CheckActivation(ctx, attrs->activation(), x.type));
  const size_t n = static_cast<size_t>(NormRowsOf(ctx).n);
  ctx.RequestScratch(2 * n * sizeof(double), 0);
  Shape moments;
  for (int d = 0; d < x.rank(); ++d) moments.Append(d < axis ? x.shape[d] : 1);
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, x.type, x.shape));
  for (int i = 1; i < max_outputs; ++i) LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, ElementType::kFloat32, moments));
  return Status();
}

Status EvalRowNorm(OpContext& ctx, const RowNorm& norm) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const auto [rows, n] = NormRowsOf(ctx);
  if (x.elements() == 0) return Status();
  const bool f32 = x.type == ElementType::kFloat32;
  const double epsilon = static_cast<double>(ctx.attrs<format::Norm>()->epsilon());
  const kernels::Activation activation = ToKernel(ctx.attrs<format::Norm>()->activation());
  // Scale and shift of a row: as they are, or written out in scratch.
  const void* parameters[2] = {nullptr, nullptr};
  for (int i = 1; i <= 2; ++i) {
    const Parameters p = ParametersOf(ctx, i, n);
    if (!p.has) continue;
    if (f32 && p.dense) {
      parameters[i - 1] = ctx.input(i).data;
      continue;
    }
    double* to = static_cast<double*>(ctx.shared_scratch()) + (i - 1) * n;
    ExpandParameter(ctx, i, n, !f32, to);
    parameters[i - 1] = to;
  }
  const auto run_row = [&, n = n](int64_t row) {
    const int64_t first = row * n;
    const RowMoments moments =
        f32 ? norm.f32(static_cast<size_t>(n), x.as<float>() + first, epsilon) : norm.wide(x, first, n, epsilon);
    if (f32) {
      float* out = y.as<float>() + first;
      kernels::NormalizeRowF32(static_cast<size_t>(n), x.as<float>() + first, static_cast<float>(moments.mean),
                               static_cast<float>(moments.factor), static_cast<const float*>(parameters[0]),
                               static_cast<const float*>(parameters[1]), out);
      kernels::ApplyActivationF32(activation, static_cast<size_t>(n), out, out);
    } else {
      RunWideRow(x, y, first, n, moments, static_cast<const double*>(parameters[0]),
                 static_cast<const double*>(parameters[1]), activation);
    }
    StoreMoments(ctx, row, moments);
  };
  const bool plain = f32 && norm.rows_f32 != nullptr && !ctx.has_output(1) && !ctx.has_output(2) &&
                     activation.kind == kernels::ActivationKind::kNone;
  const auto run = [&, n = n](int64_t row, int64_t end, int) {
    if (plain) {
      norm.rows_f32(static_cast<size_t>(end - row), static_cast<size_t>(n), x.as<float>() + row * n, epsilon,
                    static_cast<const float*>(parameters[0]), static_cast<const float*>(parameters[1]),
                    y.as<float>() + row * n);
    } else {
      for (; row < end; ++row) run_row(row);
    }
  };
  // Rows of elements of less than a byte may share one.
  ParallelRanges(ctx, rows, ElementBits(y.type) >= 8 ? static_cast<int64_t>(TensorBytes(x.type, x.shape)) : 0, run);
  return Status();
}

}  // namespace linnet::ops
