#include "engine/ops/pool_common.h"

namespace linnet::ops {
namespace {

// Most windows are not dilated, and divisions are what a pixel of few channels costs most.
int64_t CeilDiv(int64_t a, int64_t b) { return b == 1 ? a : a <= 0 ? -(-a / b) : (a + b - 1) / b; }
int64_t Min(int64_t a, int64_t b) { return a < b ? a : b; }
int64_t Max(int64_t a, int64_t b) { return a > b ? a : b; }

// Reads `count` values of at least `least` into the last places of `to`; the list may be absent.
Status ReadList(const OpContext& ctx, const char* name, const flatbuffers::Vector<int32_t>* list, uint32_t first,
                uint32_t total, int count, int64_t least, int64_t* to) {
  if (list == nullptr || list->size() == 0) return Status();
  if (list->size() != total) return ctx.Invalid("%u %s, expected %u", list->size(), name, total);
  for (int i = 0; i < count; ++i) {
    const int64_t value = list->Get(first + static_cast<uint32_t>(i));
    if (value < least) return ctx.Invalid("%s has the value %lld", name, static_cast<long long>(value));
    to[PoolGeometry::kDims - count + i] = value;
  }
  return Status();
}

Status ReadAttributes(const OpContext& ctx, int spatial, PoolGeometry* g) {
  const auto* attrs = ctx.attrs<format::Pool>();
  const uint32_t count = static_cast<uint32_t>(spatial);
  for (int d = 0; d < PoolGeometry::kDims; ++d) g->in[d] = g->kernel[d] = g->stride[d] = g->dilation[d] = 1;
  if (attrs->kernel() == nullptr || attrs->kernel()->size() != count) {
    return ctx.Invalid("kernel has another rank than the %d spatial dimensions of x", spatial);
  }
  if (attrs->auto_pad() > format::AutoPad::MAX) return ctx.Unsupported("auto_pad is unknown");
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "kernel", attrs->kernel(), 0, count, spatial, 1, g->kernel));
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "strides", attrs->strides(), 0, count, spatial, 1, g->stride));
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "dilations", attrs->dilations(), 0, count, spatial, 1, g->dilation));
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "pads", attrs->pads(), 0, 2 * count, spatial, 0, g->pad_begin));
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "pads", attrs->pads(), count, 2 * count, spatial, 0, g->pad_end));
  int64_t taps = 1;
  for (int64_t size : g->kernel) {
    taps *= size;
    if (taps > INT32_MAX) return ctx.Invalid("the kernel has more than 2^31 taps");
  }
  return Status();
}

// Sets out[d], and the pads where auto_pad asks for it.
void ComputeSize(format::AutoPad auto_pad, bool ceil_mode, int d, PoolGeometry* g) {
  const int64_t in = g->in[d], stride = g->stride[d], extent = (g->kernel[d] - 1) * g->dilation[d] + 1;
  if (auto_pad == format::AutoPad::SameUpper || auto_pad == format::AutoPad::SameLower) {
    g->out[d] = CeilDiv(in, stride);
    const int64_t pad = Max((g->out[d] - 1) * stride + extent - in, 0), smaller = pad / 2;
    g->pad_begin[d] = auto_pad == format::AutoPad::SameUpper ? smaller : pad - smaller;
    g->pad_end[d] = pad - g->pad_begin[d];
    return;
  }
  if (auto_pad == format::AutoPad::Valid) g->pad_begin[d] = g->pad_end[d] = 0;
  const int64_t room = in + g->pad_begin[d] + g->pad_end[d] - extent;
  if (room < 0) {
    g->out[d] = 0;
    return;
  }
  g->out[d] = (ceil_mode ? CeilDiv(room, stride) : room / stride) + 1;
  if (ceil_mode && (g->out[d] - 1) * stride >= in + g->pad_begin[d]) --g->out[d];
}

// The part of pixel p in dimension d: taps inside the input and its padding, and the first tap's place, which counts `pixels` of x
// for each step. Returns the taps inside the input and its padding.
int64_t SetDimension(const PoolGeometry& g, int d, int64_t output, int64_t pixels, PoolPixel* p) {
  const int64_t start = output * g.stride[d] - g.pad_begin[d];
  const int64_t before = start < 0 ? CeilDiv(-start, g.dilation[d]) : 0;
  const int64_t end = Min(g.kernel[d], CeilDiv(g.in[d] - start, g.dilation[d]));
  p->first[d] = start + before * g.dilation[d];
  p->taps[d] = Max(end - before, 0);
  p->step[d] = pixels * g.dilation[d];
  return Max(Min(g.kernel[d], CeilDiv(g.in[d] + g.pad_end[d] - start, g.dilation[d])), 0);
}

}  // namespace

Status PreparePool(OpContext& ctx, uint8_t types, int max_outputs) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1, 1, max_outputs));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, types));
  const TensorSlot& x = ctx.input(0);
  const int spatial = x.rank() - 2;
  if (spatial < 1 || spatial > PoolGeometry::kDims) {
    return ctx.Invalid("x is %s, expected rank 3 to 5: [n, spatial..., c]", ctx.Describe(0));
  }
  PoolGeometry* g = ctx.NewState<PoolGeometry>();
  if (g == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ReadAttributes(ctx, spatial, g));
  g->batch = x.shape[0];
  g->channels = x.shape.back();
  Shape shape = x.shape;
  for (int d = 0; d < PoolGeometry::kDims; ++d) {
    const int own = d - (PoolGeometry::kDims - spatial);
    if (own >= 0) g->in[d] = x.shape[1 + own];
    ComputeSize(ctx.attrs<format::Pool>()->auto_pad(), ctx.attrs<format::Pool>()->ceil_mode(), d, g);
    if (g->out[d] <= 0) return ctx.Invalid("the kernel does not fit into x %s with its pads", ctx.Describe(0));
    if (own >= 0) shape[1 + own] = g->out[d];
  }
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, x.type, shape));
  return ctx.has_output(1) ? ctx.SetOutput(1, ElementType::kInt64, shape) : Status();
}

PoolPixel RowOfPixels(const PoolGeometry& g, int64_t row) {
  PoolPixel p;
  p.row = row;
  const int64_t h = row % g.out[1], rest = row / g.out[1];
  p.image = rest / g.out[0];
  p.padded_rows = SetDimension(g, 0, rest % g.out[0], g.in[1] * g.in[2], &p);
  p.padded_rows *= SetDimension(g, 1, h, g.in[2], &p);
  p.row_input = ((p.image * g.in[0] + p.first[0]) * g.in[1] + p.first[1]) * g.in[2];
  return p;
}

void MoveTo(const PoolGeometry& g, int64_t column, PoolPixel* p) {
  p->output = p->row * g.out[2] + column;
  p->padded_taps = p->padded_rows * SetDimension(g, 2, column, 1, p);
  const bool empty = p->taps[0] == 0 || p->taps[1] == 0 || p->taps[2] == 0;
  p->input = empty ? 0 : p->row_input + p->first[2];  // nothing is read of an empty one, but the address must exist
}

}  // namespace linnet::ops
