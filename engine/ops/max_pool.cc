// y = the largest x in each window; Indices (optional, int64): where it was found first, as ONNX counts it: an index
// into all of x in the order [n, c, spatial...], or with storage_order 1 with the spatial dimensions the other way
// round. Padding does not take part. NaN gives NaN. x is [n, spatial..., c], any number type.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/band.h"
#include "engine/ops/pool_common.h"
#include "kernels/pool_i8.h"

namespace linnet::ops {
namespace {

// Pixels that the windows of a row of y see, padding included.
int64_t RowPixels(const PoolGeometry& g) {
  return std::max((g.out[2] - 1) * g.stride[2] + (g.kernel[2] - 1) * g.dilation[2] + 1, g.pad_begin[2] + g.in[2]);
}

// Whether rows of windows are taken at once: first the largest of each column, then that of neighbouring columns.
bool TakesRows(const OpContext& ctx, const PoolGeometry& g) {
  return IsByte(ctx.input(0).type) && !ctx.has_output(1) && g.kernel[2] > 1 && g.stride[2] <= g.kernel[2] &&
         g.pad_begin[2] >= 0;
}

Status Prepare(OpContext& ctx) {
  if (ctx.attrs<format::Pool>()->storage_order() != 0 && ctx.attrs<format::Pool>()->storage_order() != 1) {
    return ctx.Invalid("storage_order is %d, expected 0 or 1", ctx.attrs<format::Pool>()->storage_order());
  }
  LINNET_RETURN_IF_ERROR(PreparePool(ctx, kNumbers, /*max_outputs=*/2));
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  if (TakesRows(ctx, g)) ctx.RequestScratch(0, static_cast<size_t>(RowPixels(g) * g.channels));
  return Status();
}

bool Larger(WideKind kind, Wide a, Wide b) {
  switch (kind) {
    case WideKind::kSigned:
      return a.i > b.i;
    case WideKind::kUnsigned:
      return a.u > b.u;
    default:
      return b.f == b.f && (a.f > b.f || a.f != a.f);
  }
}

// Index of a tap in channel 0, and what each channel adds.
struct TapIndex {
  int64_t base, per_channel;
};

TapIndex IndexOf(const PoolGeometry& g, const PoolPixel& p, const int64_t* at, int storage_order) {
  const int64_t plane = g.in[0] * g.in[1] * g.in[2];
  const int64_t inside =
      storage_order == 0 ? (at[0] * g.in[1] + at[1]) * g.in[2] + at[2] : at[0] + g.in[0] * (at[1] + g.in[1] * at[2]);
  return {p.image * g.channels * plane + inside, plane};
}

// n channels from `channel` on of one pixel.
void RunWideBlock(OpContext& ctx, const PoolGeometry& g, const PoolPixel& p, int64_t channel, size_t n) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const WideKind kind = WideKindOf(x.type);
  const int storage_order = ctx.attrs<format::Pool>()->storage_order();
  Wide largest[kWideBlock], values[kWideBlock];
  int64_t found[kWideBlock] = {};
  bool first = true;
  if (kind == WideKind::kReal) {
    largest[0].f = -HUGE_VAL;
  } else {
    largest[0] = LowestInteger(x.type);
  }
  for (size_t i = 1; i < n; ++i) largest[i] = largest[0];
  ForEachTap(p, g, [&](int64_t row, const int64_t* at) {
    Widen(x.type, x.data, row * x.row_stride + channel, n, kind, values);
    const TapIndex index = IndexOf(g, p, at, storage_order);
    for (size_t i = 0; i < n; ++i) {
      if (!first && !Larger(kind, values[i], largest[i])) continue;
      largest[i] = values[i];
      found[i] = index.base + (channel + static_cast<int64_t>(i)) * index.per_channel;
    }
    first = false;
  });
  Narrow(y.type, largest, kind, p.output * y.row_stride + channel, n, y.data);
  if (!ctx.has_output(1)) return;
  int64_t* indices = ctx.output(1).as<int64_t>() + p.output * ctx.output(1).row_stride + channel;
  for (size_t i = 0; i < n; ++i) indices[i] = found[i];
}

// One pixel of a type that has a kernel. False: it has none.
bool RunPixel(const PoolGeometry& g, const PoolPixel& p, const TensorSlot& x, const TensorSlot& y) {
  const int64_t to = p.output * y.row_stride;
  const size_t channels = static_cast<size_t>(g.channels);
  switch (x.type) {
    case ElementType::kFloat32:
      kernels::MaxPoolF32(WindowOf<float>(p, x), channels, y.as<float>() + to);
      return true;
    case ElementType::kInt8:
      kernels::MaxPoolI8(WindowOf<int8_t>(p, x), channels, y.as<int8_t>() + to);
      return true;
    case ElementType::kUint8:
      kernels::MaxPoolU8(WindowOf<uint8_t>(p, x), channels, y.as<uint8_t>() + to);
      return true;
    default:
      return false;
  }
}

// A row of y through a row of column maxima in `scratch`, between the padding on both sides. x has no gaps between pixels.
template <typename T>
void RunRow(const PoolGeometry& g, int64_t row, const TensorSlot& x, const TensorSlot& y, T* scratch) {
  constexpr bool kSigned = T(-1) < T(0);
  PoolPixel p = RowOfPixels(g, row);
  p.taps[2] = 1;
  p.input = p.taps[0] == 0 || p.taps[1] == 0 ? 0 : p.row_input;
  const size_t channels = static_cast<size_t>(g.channels), width = static_cast<size_t>(g.in[2]) * channels;
  const size_t left = static_cast<size_t>(g.pad_begin[2]) * channels;
  const size_t right = static_cast<size_t>(RowPixels(g)) * channels - left - width;
  const T least = kSigned ? T(-128) : T(0);
  std::memset(scratch, least, left);
  std::memset(scratch + left + width, least, right);
  kernels::PoolRow<T> windows = {};
  windows.in = scratch;
  windows.outputs = static_cast<size_t>(g.out[2]);
  windows.step = static_cast<size_t>(g.stride[2]) * channels;
  windows.taps = static_cast<size_t>(g.kernel[2]);
  windows.tap_step = static_cast<size_t>(g.dilation[2]) * channels;
  windows.out = y.as<T>() + row * g.out[2] * y.row_stride;
  windows.out_step = static_cast<size_t>(y.row_stride);
  if constexpr (kSigned) {
    kernels::MaxPoolI8(WindowOf<T>(p, x), width, scratch + left);
    kernels::MaxPoolRowI8(windows, channels);
  } else {
    kernels::MaxPoolU8(WindowOf<T>(p, x), width, scratch + left);
    kernels::MaxPoolRowU8(windows, channels);
  }
}

Status Eval(OpContext& ctx) {
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  if (TakesRows(ctx, g) && x.row_stride == g.channels) {
    ForEachRow(ctx, g, [&](int64_t row, int thread) {
      void* scratch = ctx.thread_scratch(thread);
      if (x.type == ElementType::kInt8) return RunRow(g, row, x, y, static_cast<int8_t*>(scratch));
      RunRow(g, row, x, y, static_cast<uint8_t*>(scratch));
    });
    return Status();
  }
  const bool indices = ctx.has_output(1);
  ForEachPixel(ctx, g, [&](const PoolPixel& p) {
    if (!indices && RunPixel(g, p, x, y)) return;
    ForEachChannelBlock(g, [&](int64_t c, size_t n) { RunWideBlock(ctx, g, p, c, n); });
  });
  return Status();
}

// --- As a stage of a chain ---

bool DescribeBand(OpContext& ctx, BandGeometry* geometry) {
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  const ElementType type = ctx.input(0).type;
  *geometry = {g.in[1], g.out[1], (g.kernel[1] - 1) * g.dilation[1] + 1, g.stride[1], g.pad_begin[1]};
  const bool has_kernel = type == ElementType::kFloat32 || IsByte(type);
  return has_kernel && !ctx.has_output(1) && ctx.input(0).rank() == 4 && g.batch == 1 && ctx.output(0).elements() > 0;
}

size_t PlanBand(OpContext&, size_t) { return 0; }

void RunBand(OpContext& ctx, const Band& band) {
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  TensorSlot x = ctx.input(0), y = ctx.output(0);
  x.data = const_cast<void*>(band.x);
  y.data = band.y;
  for (size_t row = band.begin; row < band.end; ++row) {
    ForEachPixelOfRow(g, static_cast<int64_t>(row), [&](const PoolPixel& p) { RunPixel(g, p, x, y); });
  }
}

constexpr BandOp kBand = {DescribeBand, PlanBand, RunBand};

}  // namespace

const OpDef kMaxPool = {format::OpCode::MaxPool,
                        "MaxPool",
                        format::OpAttrs::Pool,
                        Prepare,
                        Eval,
                        kStridedInputs | kStridedOutputs,
                        /*version=*/1,
                        /*custom=*/nullptr,
                        &kBand};

}  // namespace linnet::ops
