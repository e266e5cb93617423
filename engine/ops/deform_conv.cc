// DeformConv: y[n, oy, ox, o] = bias[o] + sum over taps (i, j) and channels c of the group of
//   weight[o, i, j, c] * mask[n, g, tap, oy, ox] * x[n, oy * stride + i * dilation - pad + dy, ox ... + dx, c],
// with dy, dx = offset[n, g, tap] of the channel's offset group g, x being bilinear between pixels and 0 outside.
// Inputs x [n, h, w, c], weight [N, kh, kw, c/group], offset [n, oh, ow, offset_group * kh * kw * 2], bias [N]?, mask
// [n, oh, ow, offset_group * kh * kw]?; output [n, oh, ow, N]. Floating-point types of at least 16 bits.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/roi_common.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

struct Window {
  int64_t stride[2], dilation[2], begin[2];
};

int64_t At(const flatbuffers::Vector<int32_t>* values, int i, int64_t otherwise) {
  const bool there = values != nullptr && i < static_cast<int>(values->size());
  return there ? values->Get(static_cast<flatbuffers::uoffset_t>(i)) : otherwise;
}

// Checks the sizes along one spatial dimension and gives that of the output.
Status ReadAxis(OpContext& ctx, int d, Window* window, int64_t* size) {
  const auto* attrs = ctx.attrs<format::DeformConv>();
  window->stride[d] = At(attrs->strides(), d, 1);
  window->dilation[d] = At(attrs->dilations(), d, 1);
  window->begin[d] = At(attrs->pads(), d, 0);
  const int64_t end = At(attrs->pads(), 2 + d, 0), kernel = ctx.input(1).shape[1 + d];
  const bool sane = window->stride[d] > 0 && window->dilation[d] > 0 && window->begin[d] >= 0 && end >= 0 &&
                    kernel > 0 && kernel < INT32_MAX && ctx.input(0).shape[1 + d] < INT32_MAX;
  const int64_t span =
      sane ? ctx.input(0).shape[1 + d] + window->begin[d] + end - window->dilation[d] * (kernel - 1) - 1 : -1;
  if (span < 0) return ctx.Invalid("weight %s does not fit into x %s", ctx.Describe(1), ctx.Describe(0, 1));
  *size = span / window->stride[d] + 1;
  return Status();
}

Status CheckShapes(OpContext& ctx, const Shape& shape) {
  const auto* attrs = ctx.attrs<format::DeformConv>();
  const TensorSlot &x = ctx.input(0), &weight = ctx.input(1);
  const int64_t group = attrs->group(), offsets = attrs->offset_group(), c = x.shape[3];
  if (group < 1 || offsets < 1 || c % group != 0 || c % offsets != 0 || weight.shape[0] % group != 0 ||
      weight.shape[3] != c / group) {
    return ctx.Invalid("x %s and weight %s for %lld groups, %lld of offsets", ctx.Describe(0), ctx.Describe(1, 1),
                       static_cast<long long>(group), static_cast<long long>(offsets));
  }
  const int64_t taps = offsets * weight.shape[1] * weight.shape[2];
  Shape expected = shape;
  expected[3] = 2 * taps;
  if (ctx.input(2).shape != expected) return ctx.Invalid("offsets %s for y of [n, oh, ow, 2 taps]", ctx.Describe(2));
  expected[3] = taps;
  if (ctx.has_input(4) && ctx.input(4).shape != expected) {
    return ctx.Invalid("mask %s for offsets %s", ctx.Describe(4), ctx.Describe(2, 1));
  }
  if (ctx.has_input(3) && ctx.input(3).shape != Shape{weight.shape[0]}) {
    return ctx.Invalid("bias %s for weight %s", ctx.Describe(3), ctx.Describe(1, 1));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, 5, 1, 1));
  const TensorSlot &x = ctx.input(0), &weight = ctx.input(1);
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  if (ElementBits(x.type) < 16) return ctx.Unsupported("x is %s", ctx.Describe(0));
  for (int i = 1; i < ctx.input_count(); ++i) {
    if (ctx.has_input(i)) LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
  }
  if (x.rank() != 4 || weight.rank() != 4) {
    return ctx.Invalid("x is %s and weight %s, expected rank 4", ctx.Describe(0), ctx.Describe(1, 1));
  }
  Window* window = ctx.NewState<Window>();
  if (window == nullptr) return ctx.OutOfMemory();
  Shape shape = {x.shape[0], 0, 0, weight.shape[0]};
  for (int d = 0; d < 2; ++d) LINNET_RETURN_IF_ERROR(ReadAxis(ctx, d, window, &shape[1 + d]));
  LINNET_RETURN_IF_ERROR(CheckShapes(ctx, shape));
  const size_t taps = static_cast<size_t>(weight.shape[1] * weight.shape[2]);
  ctx.RequestScratch(0, SaturatingMultiply(SaturatingMultiply(taps, static_cast<size_t>(x.shape[3])), sizeof(double)));
  return ctx.SetOutput(0, x.type, shape);
}

// column[0, n) = scale * x at (row, column) of picture `batch`, channels from `channel` on.
void SamplePixel(const TensorSlot& x, int64_t batch, double row, double col, double scale, int64_t channel, int64_t n,
                 double* column) {
  const int64_t h = x.shape[1], w = x.shape[2], c = x.shape[3];
  for (int64_t i = 0; i < n; ++i) column[i] = 0;
  const double top = std::floor(row), left = std::floor(col);
  for (int corner = 0; corner < 4; ++corner) {
    const double r = top + corner / 2, q = left + corner % 2;
    const double weight = (1 - std::fabs(row - r)) * (1 - std::fabs(col - q)) * scale;
    const bool inside = r >= 0 && r < static_cast<double>(h) && q >= 0 && q < static_cast<double>(w);
    if (!inside || weight == 0) continue;
    const int64_t first = ((batch * h + static_cast<int64_t>(r)) * w + static_cast<int64_t>(q)) * c + channel;
    ForEachBlock(n, [&](int64_t start, size_t count) { AddRow(x, first + start, weight, count, column + start); });
  }
}

// The values that output pixel `place` [n, oy, ox] is made of: [group][taps][c / group].
void FillColumn(const OpContext& ctx, const Window& window, const int64_t* place, int64_t pixel, double* column) {
  const auto* attrs = ctx.attrs<format::DeformConv>();
  const TensorSlot &x = ctx.input(0), &weight = ctx.input(1);
  const int64_t kh = weight.shape[1], kw = weight.shape[2], taps = kh * kw, c = x.shape[3];
  const int64_t offsets = attrs->offset_group(), of_offset = c / offsets, of_group = c / attrs->group();
  for (int64_t tap = 0; tap < taps; ++tap) {
    // Channels in runs that have one offset and lie in one group.
    for (int64_t channel = 0, run; channel < c; channel += run) {
      const int64_t to_offset = of_offset - channel % of_offset, to_group = of_group - channel % of_group;
      run = to_offset < to_group ? to_offset : to_group;
      const int64_t entry = (pixel * offsets + channel / of_offset) * taps + tap;
      const double dy = Bounded(RealAt(ctx.input(2), 2 * entry)), dx = Bounded(RealAt(ctx.input(2), 2 * entry + 1));
      const double scale = ctx.has_input(4) ? RealAt(ctx.input(4), entry) : 1;
      const int64_t row = place[1] * window.stride[0] + tap / kw * window.dilation[0] - window.begin[0];
      const int64_t col = place[2] * window.stride[1] + tap % kw * window.dilation[1] - window.begin[1];
      double* to = column + (channel / of_group * taps + tap) * of_group + channel % of_group;
      SamplePixel(x, place[0], static_cast<double>(row) + dy, static_cast<double>(col) + dx, scale, channel, run, to);
    }
  }
}

Status Eval(OpContext& ctx) {
  const TensorSlot &weight = ctx.input(1), &y = ctx.output(0);
  const Window& window = *ctx.state<Window>();
  const int64_t oh = y.shape[1], ow = y.shape[2], outputs = y.shape[3];
  if (y.elements() == 0) return Status();
  const int64_t k = weight.elements() / outputs, of_group = outputs / ctx.attrs<format::DeformConv>()->group();
  ParallelRanges(ctx, y.elements() / outputs, y.elements() * k, [&](int64_t first, int64_t last, int thread) {
    double* column = static_cast<double*>(ctx.thread_scratch(thread));
    for (int64_t pixel = first; pixel < last; ++pixel) {
      const int64_t place[3] = {pixel / (oh * ow), pixel / ow % oh, pixel % ow};
      FillColumn(ctx, window, place, pixel, column);
      for (int64_t o = 0; o < outputs; ++o) {
        double sum = ctx.has_input(3) ? RealAt(ctx.input(3), o) : 0;
        const double* values = column + o / of_group * k;
        ForEachBlock(k, [&](int64_t start, size_t n) {
          double row[kWideBlock] = {};
          AddRow(weight, o * k + start, 1, n, row);
          for (size_t i = 0; i < n; ++i) sum += row[i] * values[static_cast<size_t>(start) + i];
        });
        StoreRow(y, pixel * outputs + o, 1, &sum);
      }
    }
  });
  return Status();
}

}  // namespace

const OpDef kDeformConv = {format::OpCode::DeformConv, "DeformConv", format::OpAttrs::DeformConv, Prepare, Eval};

}  // namespace linnet::ops
