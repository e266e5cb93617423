// What QuantizeLinear and DequantizeLinear share: which scale belongs to which element.
#ifndef LINNET_ENGINE_OPS_QUANTIZE_COMMON_H_
#define LINNET_ENGINE_OPS_QUANTIZE_COMMON_H_

#include "engine/broadcast.h"
#include "engine/data_movement.h"
#include "engine/widen.h"
#include "kernels/quantize.h"

namespace linnet::ops {

// x seen as rows of neighbouring elements. Scales and zero points are lists that a row reads in order, each entry for
// `repeat` elements.
struct QuantizedRows {
  int64_t count, n, repeat;
  // FirstScale(row) = (row / period * scales_per_period + row % period / block) * width.
  int64_t period, scales_per_period, block, width;

  int64_t FirstScale(int64_t row) const { return (row / period * scales_per_period + row % period / block) * width; }
};

// For Prepare: checks inputs x, scale, zero_point? and the attributes axis and block. One scale serves all of x, a list
// one index of `axis` each, and with `block` a scale [.., ceil(n / block), ..] that many neighbours along it.
inline Status GetQuantizedRows(OpContext& ctx, QuantizedRows* rows) {
  const auto* attrs = ctx.attrs<format::Quantize>();
  const TensorSlot &x = ctx.input(0), &scale = ctx.input(1);
  if (ctx.has_input(2) && ctx.input(2).elements() != scale.elements()) {
    return ctx.Invalid("zero points %s for scales %s", ctx.Describe(2, 0), ctx.Describe(1, 1));
  }
  const int64_t elements = x.elements();
  if (attrs->block() < 0) return ctx.Invalid("block is %d", attrs->block());
  if (attrs->block() == 0 && scale.rank() <= 1 && scale.elements() == 1) {
    *rows = {1, elements, elements, 1, 0, 1, 0};
    return Status();
  }
  int axis;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), x.rank(), &axis));
  const int64_t n = x.shape[axis], inner = x.shape.Product(axis + 1, x.rank()), outer = x.shape.Product(0, axis);
  if (attrs->block() == 0) {
    if (scale.rank() != 1 || scale.elements() != n) {
      return ctx.Invalid("scales %s do not fit axis %d of x %s", ctx.Describe(1, 0), axis, ctx.Describe(0, 1));
    }
    *rows = inner == 1 ? QuantizedRows{outer, n, 1, 1, 0, 1, 0} : QuantizedRows{outer * n, inner, inner, n, 0, 1, 1};
    return Status();
  }
  const int64_t block = attrs->block(), blocks = n / block + (n % block != 0 ? 1 : 0);
  Shape expected = x.shape;
  expected[axis] = blocks;
  if (scale.shape != expected) {
    return ctx.Invalid("scales %s are not one for each block of %lld along axis %d of x %s", ctx.Describe(1, 0),
                       static_cast<long long>(block), axis, ctx.Describe(0, 1));
  }
  *rows = inner == 1 ? QuantizedRows{outer, n, block, 1, blocks, 1, 1}
                     : QuantizedRows{outer * n, inner, 1, n, blocks, block, inner};
  return Status();
}

// out[k] = the parameter (a scale or zero point) of element `start` + k of a row.
inline void ReadParameters(const TensorSlot& slot, const QuantizedRows& rows, int64_t row, int64_t start, size_t n,
                           Wide* out) {
  const int64_t first = rows.FirstScale(row);
  if (rows.repeat == 1) return Widen(slot.type, slot.data, first + start, n, WideKind::kReal, out);
  for (size_t k = 0; k < n;) {
    const int64_t at = start + static_cast<int64_t>(k), group = at / rows.repeat;
    const int64_t left = (group + 1) * rows.repeat - at;
    const size_t end = left < static_cast<int64_t>(n - k) ? k + static_cast<size_t>(left) : n;
    Widen(slot.type, slot.data, first + group, 1, WideKind::kReal, &out[k]);
    for (size_t j = k + 1; j < end; ++j) out[j] = out[k];
    k = end;
  }
}

// Calls body(first, n, parameter, uniform) for runs of x that a kernel can take: element first + k, k in [0, n), has
// the scale and zero point parameter + k, or all of them `parameter`.
template <typename Body>
void ForEachQuantizedRun(OpContext& ctx, const QuantizedRows& rows, const Body& body) {
  constexpr int64_t kWidth = 16 * 1024;
  const int64_t elements = ctx.input(0).elements();
  if (elements == 0) return;
  const int64_t blocks = (rows.n + kWidth - 1) / kWidth;
  const int64_t bytes = elements < kParallelElements ? 0 : kParallelBytes;
  ParallelRanges(ctx, rows.count * blocks, bytes, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / blocks, start = i % blocks * kWidth, parameter = rows.FirstScale(row);
      const int64_t stop = rows.n - start < kWidth ? rows.n : start + kWidth;
      if (rows.repeat == 1) {
        body(row * rows.n + start, static_cast<size_t>(stop - start), parameter + start, false);
        continue;
      }
      for (int64_t k = start; k < stop;) {
        const int64_t group = k / rows.repeat, left = stop - group * rows.repeat;
        const int64_t last = left < rows.repeat ? stop : (group + 1) * rows.repeat;
        body(row * rows.n + k, static_cast<size_t>(last - k), parameter + group, true);
        k = last;
      }
    }
  });
}

// The scales and zero points of a run, as the kernels take them.
template <typename T>
kernels::QuantizedRow<T> KernelRow(const OpContext& ctx, size_t n, int64_t parameter, bool uniform) {
  const T* zero_points = ctx.has_input(2) ? ctx.input(2).as<T>() + parameter : nullptr;
  return {n, ctx.input(1).as<float>() + parameter, zero_points, uniform};
}

// Calls body(first, n, scale, zero_point) for blocks of x: elements [first, first + n) and their parameters as reals.
template <typename Body>
void ForEachQuantizedBlock(OpContext& ctx, const QuantizedRows& rows, const Body& body) {
  const int64_t elements = ctx.input(0).elements();
  if (elements == 0) return;
  const int64_t width = static_cast<int64_t>(kWideBlock), blocks = (rows.n + width - 1) / width;
  // Elements of less than a byte share bytes and stay with one thread.
  const int64_t bytes = ElementBits(ctx.output(0).type) < 8 || elements < kParallelElements ? 0 : kParallelBytes;
  ParallelRanges(ctx, rows.count * blocks, bytes, [&](int64_t begin, int64_t end, int) {
    Wide scale[kWideBlock], zero_point[kWideBlock];
    for (Wide& value : zero_point) value.f = 0;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / blocks, start = i % blocks * width;
      const size_t n = static_cast<size_t>(rows.n - start < width ? rows.n - start : width);
      ReadParameters(ctx.input(1), rows, row, start, n, scale);
      if (ctx.has_input(2)) ReadParameters(ctx.input(2), rows, row, start, n, zero_point);
      body(row * rows.n + start, n, scale, zero_point);
    }
  });
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_QUANTIZE_COMMON_H_
