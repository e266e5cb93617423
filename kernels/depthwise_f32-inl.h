// Body of kernels/depthwise_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.
//
// A tile is kTile neighbouring outputs of one vector of channels, held in registers. Kernels 3, 5 and 7 wide with the
// usual strides load each input once per kernel row and use it for every output that it touches; all others go tap by
// tap. What a row lacks of a whole tile is covered by a last tile that overlaps the one before it.

namespace {

// Tiles at the edges of an image have code of their own but in builds for size.
#if defined(LINNET_SMALL)
constexpr bool kSmall = true;
#else
constexpr bool kSmall = false;
#endif

constexpr size_t kTile = 7;  // the maps of image networks are 7 * 2^i wide
constexpr size_t kBlock = 16;

struct DepthwiseTile {
  const float* x;      // row of tap (0, 0), column of the first output's tap (0, 0); may point outside of the image
  size_t x_row;        // floats from one kernel row to the next
  size_t x_stride;     // floats from one column to the next
  size_t ky_begin, ky_end;             // kernel rows inside of the image
  ptrdiff_t column_begin, column_end;  // columns inside of the image, counted from x
  const float* weight;  // of tap (0, 0)
  VecF32 bias;
  float* y;
  size_t y_stride;
  bool clamp, hard_swish;
  VecF32 lo, hi;
  size_t lanes;  // channels, if they are not a whole vector
};

enum class Edge { kNone, kColumns, kColumnsAndLanes };

template <Edge kEdge>
LINNET_INLINE VecF32 LoadX(const float* p, size_t lanes) {
  if constexpr (kEdge == Edge::kColumnsAndLanes) return LoadN(p, lanes);
  return Load(p);
}

template <Edge kEdge>
LINNET_INLINE void StoreTile(const DepthwiseTile& t, size_t i, VecF32 sum) {
  if (t.clamp) sum = MinFast(t.hi, MaxFast(t.lo, sum));
  if (t.hard_swish) sum = Mul(sum, MinFast(Set(1), MaxFast(Zero(), Fma(sum, Set(1.0f / 6), Set(0.5f)))));
  if constexpr (kEdge == Edge::kColumnsAndLanes) {
    StoreN(t.y + i * t.y_stride, sum, t.lanes);
  } else {
    Store(t.y + i * t.y_stride, sum);
  }
}

// The sums must stay in registers, so every index of their array is a constant early: recursion instead of loops, of which
// g++ unrolls but the innermost in time.

// Adds the input of column kColumn to the outputs from kOutput on that it touches.
template <int kWidth, int kStride, int kColumn, int kOutput = 0>
LINNET_INLINE void AddColumn(VecF32 value, const VecF32 (&w)[kWidth], VecF32 (&sum)[kTile]) {
  constexpr int kx = kColumn - kOutput * kStride;
  if constexpr (kx >= 0 && kx < kWidth) sum[kOutput] = Fma(value, w[kx], sum[kOutput]);
  if constexpr (kOutput + 1 < static_cast<int>(kTile)) AddColumn<kWidth, kStride, kColumn, kOutput + 1>(value, w, sum);
}

// Adds a kernel row: the columns from kColumn on, which begin at x.
template <int kWidth, int kStride, Edge kEdge, int kColumn = 0>
LINNET_INLINE void AddKernelRow(const DepthwiseTile& t, const float* x, size_t x_stride, const VecF32 (&w)[kWidth],
                                VecF32 (&sum)[kTile]) {
  constexpr int kColumns = (static_cast<int>(kTile) - 1) * kStride + kWidth;
  if (kEdge == Edge::kNone || (kColumn >= t.column_begin && kColumn < t.column_end)) {
    AddColumn<kWidth, kStride, kColumn>(LoadX<kEdge>(x, t.lanes), w, sum);
  }
  if constexpr (kColumn + 1 < kColumns) {
    AddKernelRow<kWidth, kStride, kEdge, kColumn + 1>(t, x + x_stride, x_stride, w, sum);
  }
}

template <Edge kEdge, size_t kOutput = 0>
LINNET_INLINE void StoreTiles(const DepthwiseTile& t, const VecF32 (&sum)[kTile]) {
  StoreTile<kEdge>(t, kOutput, sum[kOutput]);
  if constexpr (kOutput + 1 < kTile) StoreTiles<kEdge, kOutput + 1>(t, sum);
}

// kTile outputs of a kernel kWidth wide, not dilated.
template <int kWidth, int kStride, Edge kEdge>
void FixedTile(const DepthwiseTile& t) {
  VecF32 sum[kTile] = {t.bias, t.bias, t.bias, t.bias, t.bias, t.bias, t.bias};
  for (size_t ky = t.ky_begin; ky < t.ky_end; ++ky) {
    const float* weight = t.weight + ky * kWidth * kBlock;
    VecF32 w[kWidth];
    for (int kx = 0; kx < kWidth; ++kx) w[kx] = Load(weight + kx * kBlock);
    AddKernelRow<kWidth, kStride, kEdge>(t, t.x + ky * t.x_row, t.x_stride, w, sum);
  }
  StoreTiles<kEdge>(t, sum);
}

// `outputs` <= kTile outputs of any kernel, one tap at a time.
template <Edge kEdge>
void AnyTile(const DepthwiseF32& conv, const DepthwiseTile& t, size_t outputs) {
  VecF32 sum[kTile];
  for (size_t i = 0; i < outputs; ++i) sum[i] = t.bias;
  for (size_t ky = t.ky_begin; ky < t.ky_end; ++ky) {
    for (size_t kx = 0; kx < conv.kernel_w; ++kx) {
      const VecF32 w = Load(t.weight + (ky * conv.kernel_w + kx) * kBlock);
      for (size_t i = 0; i < outputs; ++i) {
        const ptrdiff_t column = static_cast<ptrdiff_t>(i * conv.stride_w + kx * conv.dilation_w);
        if (column < t.column_begin || column >= t.column_end) continue;
        sum[i] = Fma(LoadX<kEdge>(t.x + ky * t.x_row + static_cast<size_t>(column) * t.x_stride, t.lanes), w, sum[i]);
      }
    }
  }
  for (size_t i = 0; i < outputs; ++i) StoreTile<kEdge>(t, i, sum[i]);
}

LINNET_INLINE void RunAny(const DepthwiseF32& conv, const DepthwiseTile& t, size_t outputs, bool partial) {
  if (partial || kSmall) {
    AnyTile<Edge::kColumnsAndLanes>(conv, t, outputs);
  } else {
    AnyTile<Edge::kColumns>(conv, t, outputs);
  }
}

template <int kWidth, int kStride>
LINNET_INLINE void RunFixed(const DepthwiseF32& conv, const DepthwiseTile& t, bool partial) {
  constexpr ptrdiff_t kColumns = (kTile - 1) * kStride + kWidth;
  const bool inside = t.column_begin <= 0 && t.column_end >= kColumns;
  if (inside && !partial) {
    FixedTile<kWidth, kStride, Edge::kNone>(t);
  } else if constexpr (kSmall) {
    RunAny(conv, t, kTile, partial);
  } else if (partial) {
    FixedTile<kWidth, kStride, Edge::kColumnsAndLanes>(t);
  } else {
    FixedTile<kWidth, kStride, Edge::kColumns>(t);
  }
}

void RunTile(const DepthwiseF32& conv, const DepthwiseTile& t, size_t outputs, bool partial) {
  const bool fixed = outputs == kTile && conv.dilation_w == 1;
  const size_t shape = fixed ? conv.kernel_w * 4 + conv.stride_w : 0;
  switch (shape) {
    case 3 * 4 + 1: return RunFixed<3, 1>(conv, t, partial);
    case 3 * 4 + 2: return RunFixed<3, 2>(conv, t, partial);
    case 5 * 4 + 1: return RunFixed<5, 1>(conv, t, partial);
    case 5 * 4 + 2: return RunFixed<5, 2>(conv, t, partial);
    case 7 * 4 + 1: return RunFixed<7, 1>(conv, t, partial);
    default: return RunAny(conv, t, outputs, partial);
  }
}

// Kernel rows [*begin, *end) whose input row lies in the image, for an output row whose tap 0 is at input row `top`.
LINNET_INLINE void ClipRows(const DepthwiseF32& conv, ptrdiff_t top, size_t* begin, size_t* end) {
  const ptrdiff_t dilation = static_cast<ptrdiff_t>(conv.dilation_h), height = static_cast<ptrdiff_t>(conv.in_h);
  *begin = top < 0 ? static_cast<size_t>((-top + dilation - 1) / dilation) : 0;
  *end = top < height ? static_cast<size_t>((height - top + dilation - 1) / dilation) : 0;
  if (*end > conv.kernel_h) *end = conv.kernel_h;
  if (*begin > *end) *begin = *end;
}

// `outputs` outputs of a row from `ox` on, all channels.
void RunColumns(const DepthwiseF32& conv, DepthwiseTile t, const float* x, float* y, size_t ox, size_t outputs) {
  const size_t taps = conv.kernel_h * conv.kernel_w;
  const ptrdiff_t left = static_cast<ptrdiff_t>(ox * conv.stride_w) - static_cast<ptrdiff_t>(conv.pad_left);
  t.column_begin = -left;
  t.column_end = static_cast<ptrdiff_t>(conv.in_w) - left;
  x += left * static_cast<ptrdiff_t>(conv.x_stride);
  for (size_t j = 0; j < conv.channels; j += kLanes) {
    t.lanes = conv.channels - j < kLanes ? conv.channels - j : kLanes;
    t.x = x + j;
    t.weight = conv.weight + j / kBlock * taps * kBlock + j % kBlock;
    t.bias = conv.bias != nullptr ? LoadN(conv.bias + j, t.lanes) : Zero();
    t.y = y + ox * conv.y_stride + j;
    RunTile(conv, t, outputs, t.lanes < kLanes);
  }
}

void ApplyToRow(const DepthwiseF32& conv, float* y) {
  const ActivationKind kind = conv.activation.kind;
  if (kind == ActivationKind::kNone || kind == ActivationKind::kClamp || kind == ActivationKind::kHardSwish) return;
  if (conv.y_stride == conv.channels) return ApplyActivationF32(conv.activation, conv.out_w * conv.channels, y, y);
  for (size_t ox = 0; ox < conv.out_w; ++ox, y += conv.y_stride) {
    ApplyActivationF32(conv.activation, conv.channels, y, y);
  }
}

}  // namespace

void DepthwiseConvF32(const DepthwiseF32& conv, size_t row_begin, size_t row_end) {
  DepthwiseTile t = {};
  t.x_row = conv.dilation_h * conv.in_w * conv.x_stride;
  t.x_stride = conv.x_stride;
  t.y_stride = conv.y_stride;
  t.clamp = conv.activation.kind == ActivationKind::kClamp;
  t.hard_swish = conv.activation.kind == ActivationKind::kHardSwish;
  t.lo = Set(conv.activation.lo);
  t.hi = Set(conv.activation.hi);
  for (size_t row = row_begin; row < row_end; ++row) {
    const size_t image = row / conv.out_h, oy = row % conv.out_h;
    const ptrdiff_t top = static_cast<ptrdiff_t>(oy * conv.stride_h) - static_cast<ptrdiff_t>(conv.pad_top);
    ClipRows(conv, top, &t.ky_begin, &t.ky_end);
    const float* x = conv.x + image * conv.in_h * conv.in_w * conv.x_stride +
                     top * static_cast<ptrdiff_t>(conv.in_w * conv.x_stride);
    float* y = conv.y + row * conv.out_w * conv.y_stride;
    for (size_t ox = 0; ox < conv.out_w;) {
      const size_t left = conv.out_w - ox;
      if (left < kTile && conv.out_w >= kTile) ox = conv.out_w - kTile;
      const size_t outputs = conv.out_w < kTile ? left : kTile;
      RunColumns(conv, t, x, y, ox, outputs);
      ox += outputs;
    }
    ApplyToRow(conv, y);
  }
}
