// ConvTranspose2D: y[b, oy, ox, j] = activation(bias[j] + sum of x[b, iy, ix, p] * weight[j, ky, kx, p] over all taps
// and pixels with oy = iy * stride_h + ky * dilation_h - pad_top, ox = ix * stride_w + kx * dilation_w - pad_left).
// x [n, h, w, c], weight [group * N, kh, kw, c/group], bias [group * N]? -> y [n, oh, ow, group * N].
//
// fp32: one ordinary convolution per phase of the strides (kernels/pack.h), each row of y a matrix product whose rows
// are patches of x and whose results lie stride_w pixels apart. Any other real type by widening.
#include "engine/ops/conv_transpose_common.h"
#include "engine/ops/ops.h"
#include "format/storage.h"
#include "kernels/pack.h"

namespace linnet::ops {
namespace {

struct TransposeState {
  ConvGeometry geometry;  // in: of x, out: of y
  kernels::GemmB layout;
  size_t width;  // of a panel
};

size_t PanelColumns(const TransposeState& s) {
  return format::RoundUp(static_cast<size_t>(s.geometry.outputs / s.geometry.group), s.width);
}

// Taps of all phases before phase r.
size_t TapsBefore(const Window& w, int64_t r) {
  size_t taps = 0;
  for (int64_t k = 0; k < w.kernel; ++k) taps += k * w.dilation % w.stride < r;
  return taps;
}

// One row of y in one phase of its columns, of one group: geometry and sizes.
kernels::GemmF32 GemmOf(const TransposeState& s, size_t m, size_t taps, const kernels::ConvRows* rows) {
  kernels::GemmF32 gemm;
  gemm.m = m;
  gemm.n = static_cast<size_t>(s.geometry.outputs / s.geometry.group);
  gemm.k = taps * static_cast<size_t>(s.geometry.channels / s.geometry.group);
  gemm.conv = rows;
  gemm.b_layout = s.layout;
  gemm.panel_width = s.width;
  return gemm;
}

size_t ScratchBytes(const TransposeState& s) {
  return MostOfRows(s.geometry, [&](const kernels::ConvRows& rows, size_t m, size_t taps) {
    return PlanGemmF32(GemmOf(s, m, taps, &rows), 1).scratch_bytes;
  });
}

Status PrepareF32(OpContext& ctx, TransposeState* s) {
  const ConvGeometry& g = s->geometry;
  const TensorSlot& weight = ctx.input(1);
  const int64_t n = g.outputs / g.group, k = g.h.kernel * g.w.kernel * (g.channels / g.group);
  s->layout = kernels::GemmB::kPanels;
  if (weight.order() != format::StorageOrder::Plain) {
    LINNET_RETURN_IF_ERROR(CheckPanels(ctx, 1, g.group, n, k, &s->layout));
    s->width = weight.def->width();
    ctx.RequestScratch(0, ScratchBytes(*s));
    return Status();
  }
  LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(1));
  s->width = format::PanelWidth(static_cast<size_t>(n));
  const size_t floats = PanelColumns(*s) * static_cast<size_t>(g.group) * static_cast<size_t>(k);
  ctx.RequestScratch(floats * sizeof(float), ScratchBytes(*s));
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 3, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectConvType(ctx));
  TransposeState* state = ctx.NewState<TransposeState>();
  if (state == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ResolveConvTranspose2D(ctx, &state->geometry));
  const ConvGeometry& g = state->geometry;
  const Shape output = {g.batch, g.h.out, g.w.out, g.outputs};
  LINNET_RETURN_IF_ERROR(CheckEpilogue(ctx, output, ctx.attrs<format::ConvTranspose2D>()->activation()));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ctx.input(0).type, output));
  if (ctx.input(0).type == ElementType::kFloat32) return PrepareF32(ctx, state);
  if (ctx.input(1).order() != format::StorageOrder::Plain) {
    return ctx.Unsupported("a packed weight for x %s", ctx.Describe(0));
  }
  return ctx.ExpectSameType(1);
}

// One row of y, group `group`, the columns of phase r_w.
void EvalRow(OpContext& ctx, const TransposeState& s, const char* weight, int64_t row, int64_t group, int64_t r_w,
             const kernels::Activation& activation, float* scratch) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const ConvGeometry& g = s.geometry;
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  const int64_t image = row / g.h.out, oy = row % g.h.out, ox = FirstOutput(g.w, r_w);
  if (ox >= g.w.out) return;
  const int64_t r_h = (oy + g.h.pad_begin) % g.h.stride;
  const kernels::TransposePhase v = PhaseOf(g.h, r_h), h = PhaseOf(g.w, r_w);
  const size_t m = size((g.w.out - ox + g.w.stride - 1) / g.w.stride), channels = size(g.channels / g.group);
  const kernels::ConvRows rows = {size(g.h.in), size(g.w.in), channels, size(x.row_stride), 1, m, v.count, h.count,
                                  1, 1, v.dilation, h.dilation, PadOf(g.h, v, oy), PadOf(g.w, h, ox)};
  kernels::GemmF32 gemm = GemmOf(s, m, v.count * h.count, &rows);
  const int64_t first = group * static_cast<int64_t>(gemm.n);
  const size_t taps = size(group * g.h.kernel * g.w.kernel) + TapsBefore(g.h, r_h) * size(g.w.kernel) +
                      v.count * TapsBefore(g.w, r_w);
  const size_t element = s.layout == kernels::GemmB::kPanelsF16 ? sizeof(uint16_t) : sizeof(float);
  gemm.a = x.as<float>() + image * g.h.in * g.w.in * x.row_stride + group * static_cast<int64_t>(channels);
  const size_t iy = 0 - rows.pad_top;
  if (v.count * h.count == 1 && rows.pad_left == 0 && m <= rows.in_w && iy < rows.in_h) {  // pixels as they lie
    gemm.conv = nullptr;
    gemm.a += iy * rows.in_w * rows.pixel_stride;
    gemm.a_stride = rows.pixel_stride;
  }
  gemm.b = weight + taps * channels * PanelColumns(s) * element;
  if (ctx.has_input(2)) gemm.bias = ctx.input(2).as<float>() + first;
  gemm.c = y.as<float>() + (row * g.w.out + ox) * y.row_stride + first;
  gemm.c_stride = size(g.w.stride * y.row_stride);
  gemm.activation = activation;
  RunGemmF32(gemm, PlanGemmF32(gemm, 1), 0, scratch);
}

// The sum of one output in double.
double SumAt(OpContext& ctx, const ConvGeometry& g, int64_t row, int64_t ox, int64_t j) {
  const TensorSlot& x = ctx.input(0);
  const int64_t image = row / g.h.out, oy = row % g.h.out, channels = g.channels / g.group;
  double sum = ctx.has_input(2) ? ReadReal(ctx.input(2), j) : 0;
  for (int64_t tap = 0; tap < g.h.kernel * g.w.kernel; ++tap) {
    const int64_t y = oy + g.h.pad_begin - tap / g.w.kernel * g.h.dilation;
    const int64_t z = ox + g.w.pad_begin - tap % g.w.kernel * g.w.dilation;
    if (y < 0 || z < 0 || y % g.h.stride != 0 || z % g.w.stride != 0) continue;
    const int64_t iy = y / g.h.stride, ix = z / g.w.stride;
    if (iy >= g.h.in || ix >= g.w.in) continue;
    const int64_t pixel = (image * g.h.in + iy) * g.w.in + ix;
    MultiplyAddWide(x, pixel * x.row_stride + j / (g.outputs / g.group) * channels, ctx.input(1),
                    (j * g.h.kernel * g.w.kernel + tap) * channels, channels, &sum);
  }
  return sum;
}

void EvalWide(OpContext& ctx, const ConvGeometry& g, const kernels::Activation& activation) {
  const TensorSlot& y = ctx.output(0);
  ctx.Parallel(static_cast<size_t>(g.batch * g.h.out), [&](size_t row, int) {
    for (int64_t i = 0; i < g.w.out * g.outputs; ++i) {
      const int64_t ox = i / g.outputs, j = i % g.outputs;
      Wide result;
      result.f = SumAt(ctx, g, static_cast<int64_t>(row), ox, j);
      ApplyActivationWide(activation, 1, &result);
      const int64_t pixel = static_cast<int64_t>(row) * g.w.out + ox;
      Narrow(y.type, &result, WideKind::kReal, pixel * y.row_stride + j, 1, y.data);
    }
  });
}

Status Eval(OpContext& ctx) {
  const TransposeState& s = *ctx.state<TransposeState>();
  const ConvGeometry& g = s.geometry;
  const kernels::Activation activation = ToKernel(ctx.attrs<format::ConvTranspose2D>()->activation());
  if (ctx.output(0).elements() == 0) return Status();
  if (ctx.input(0).type != ElementType::kFloat32) {
    EvalWide(ctx, g, activation);
    return Status();
  }
  const char* weight = ctx.input(1).as<char>();
  if (ctx.input(1).order() == format::StorageOrder::Plain) {
    const auto size = [](int64_t value) { return static_cast<size_t>(value); };
    const kernels::TransposeWeight shape = {size(g.group),      size(g.outputs / g.group),  size(g.h.kernel),
                                            size(g.w.kernel),   size(g.channels / g.group), size(g.h.stride),
                                            size(g.w.stride),   size(g.h.dilation),         size(g.w.dilation)};
    kernels::PackTransposePanels(shape, s.width, ctx.input(1).as<float>(), static_cast<float*>(ctx.shared_scratch()));
    weight = static_cast<const char*>(ctx.shared_scratch());
  }
  const int64_t per_row = g.group * g.w.stride;
  ctx.Parallel(static_cast<size_t>(g.batch * g.h.out * per_row), [&](size_t task, int thread) {
    const int64_t i = static_cast<int64_t>(task);
    EvalRow(ctx, s, weight, i / per_row, i % per_row / g.w.stride, i % g.w.stride, activation,
            static_cast<float*>(ctx.thread_scratch(thread)));
  });
  return Status();
}

}  // namespace

const OpDef kConvTranspose2D = {format::OpCode::ConvTranspose2D,
                                "ConvTranspose2D",
                                format::OpAttrs::ConvTranspose2D,
                                Prepare,
                                Eval,
                                kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
