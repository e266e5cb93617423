// Body of kernels/depthwise_i8.h over the vector vocabulary and the products of pairs in pairs_<isa>.h. Included inside
// a region and a namespace of an instruction set; no include guard, no includes.
//
// Kernel rows are taken two by two: a value of the upper row and the one below it are a pair, which one instruction
// multiplies by a pair of weights and adds. A tile is kTile neighbouring outputs of kStep channels, held in registers;
// each column is loaded and paired once and used for every output that it touches. What a row lacks of a whole tile is
// covered by a last tile that overlaps the one before it. Kernels of other widths, dilated ones and very large ones go
// tap by tap.

namespace {

constexpr size_t kBlock = 16;
constexpr int kTile = 4;  // two registers of sums each, beside the pair and products
constexpr size_t kMaxPairs = 28;  // 7x7: pairs of rows times columns

// A row of the image as a tile sees it.
struct ImageRow {
  const int8_t* x;  // column 0 of the tile, or the padding
  size_t step;      // bytes from a column to the next: 0 for padding
};

struct Tile {
  ImageRow rows[2 * kMaxPairs];  // one per kernel row, an even number of them
  size_t row_pairs;
  ptrdiff_t column_begin, column_end;  // columns inside of the image
  const Pair* weights;                 // [row_pairs][kernel_w]
  size_t channel, lanes;               // first channel, and how many of kStep there are
  Wide padding;
};

// What is done to the sums of kStep channels.
struct Output {
  VecI32 bias[2];
  VecF32 multiplier[2];
  VecF32 lo, hi;
  VecI32 zero_point;
};

LINNET_INLINE void StoreOutput(const Output& o, const VecI32 (&sum)[2], size_t lanes, int8_t* y) {
  VecI32 q[2];
  for (int v = 0; v < 2; ++v) {
    q[v] = Add(ToI32(MinFast(o.hi, MaxFast(o.lo, Mul(ToF32(sum[v]), o.multiplier[v])))), o.zero_point);
  }
  if (lanes == kStep) return StoreStep(y, q);
  int8_t bytes[kStep];
  StoreStep(bytes, q);
  std::memcpy(y, bytes, lanes);
}

LINNET_INLINE Wide LoadChannels(const Tile& t, const int8_t* x) {
  if (t.lanes == kStep) return LoadWide(x);
  int8_t bytes[kStep] = {};
  std::memcpy(bytes, x, t.lanes);
  return LoadWide(bytes);
}

template <bool kEdge>
LINNET_INLINE Pair LoadColumn(const Tile& t, size_t row_pair, ptrdiff_t column) {
  if (kEdge && (column < t.column_begin || column >= t.column_end)) return MakePair(t.padding, t.padding);
  const ImageRow& upper = t.rows[2 * row_pair];
  const ImageRow& lower = t.rows[2 * row_pair + 1];
  const int8_t* x0 = upper.x + column * static_cast<ptrdiff_t>(upper.step);
  const int8_t* x1 = lower.x + column * static_cast<ptrdiff_t>(lower.step);
  if (kEdge) return MakePair(LoadChannels(t, x0), LoadChannels(t, x1));
  return MakePair(LoadWide(x0), LoadWide(x1));
}

// Columns and outputs by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kWidth, int kStride, int kColumn, int kOutput = 0>
LINNET_INLINE void AddColumn(const Pair& x, const Pair* weights, VecI32 (&sum)[kTile][2]) {
  constexpr int kTap = kColumn - kOutput * kStride;
  if constexpr (kTap >= 0 && kTap < kWidth) AddPair(x, weights[kTap], sum[kOutput]);
  if constexpr (kOutput + 1 < kTile) AddColumn<kWidth, kStride, kColumn, kOutput + 1>(x, weights, sum);
}

template <int kWidth, int kStride, bool kEdge, int kColumn = 0>
LINNET_INLINE void AddColumns(const Tile& t, size_t row_pair, const Pair* weights, VecI32 (&sum)[kTile][2]) {
  AddColumn<kWidth, kStride, kColumn>(LoadColumn<kEdge>(t, row_pair, kColumn), weights, sum);
  if constexpr (kColumn + 1 < (kTile - 1) * kStride + kWidth) {
    AddColumns<kWidth, kStride, kEdge, kColumn + 1>(t, row_pair, weights, sum);
  }
}

template <int kOutput = 0>
LINNET_INLINE void StartSums(const Output& o, VecI32 (&sum)[kTile][2]) {
  sum[kOutput][0] = o.bias[0], sum[kOutput][1] = o.bias[1];
  if constexpr (kOutput + 1 < kTile) StartSums<kOutput + 1>(o, sum);
}

template <int kOutput = 0>
LINNET_INLINE void StoreOutputs(const Output& o, const VecI32 (&sum)[kTile][2], size_t lanes, int8_t* y, size_t y_stride) {
  StoreOutput(o, sum[kOutput], lanes, y);
  if constexpr (kOutput + 1 < kTile) StoreOutputs<kOutput + 1>(o, sum, lanes, y + y_stride, y_stride);
}

// kTile outputs of a kernel kWidth wide, not dilated.
template <int kWidth, int kStride, bool kEdge>
void FixedTile(const Tile& t, const Output& o, int8_t* y, size_t y_stride) {
  VecI32 sum[kTile][2];
  StartSums(o, sum);
  for (size_t r = 0; r < t.row_pairs; ++r) AddColumns<kWidth, kStride, kEdge>(t, r, t.weights + r * kWidth, sum);
  StoreOutputs(o, sum, kEdge ? t.lanes : kStep, y, y_stride);
}

template <int kWidth, int kStride>
LINNET_INLINE void RunFixed(const Tile& t, const Output& o, int8_t* y, size_t y_stride) {
  constexpr ptrdiff_t kColumns = (kTile - 1) * kStride + kWidth;
  if (t.column_begin > 0 || t.column_end < kColumns || t.lanes < kStep) {
    FixedTile<kWidth, kStride, true>(t, o, y, y_stride);
  } else {
    FixedTile<kWidth, kStride, false>(t, o, y, y_stride);
  }
}

// Weights of the channels [j, j + kStep) as pairs of kernel rows; below the last row are zeros.
LINNET_INLINE Pair WeightPair(const DepthwiseI8& conv, size_t j, size_t row_pair, size_t kx) {
  const int8_t* weight = conv.weight + j / kBlock * conv.kernel_h * conv.kernel_w * kBlock + j % kBlock;
  const int8_t* upper = weight + (2 * row_pair * conv.kernel_w + kx) * kBlock;
  if (2 * row_pair + 1 == conv.kernel_h) return MakePair(LoadWide(upper), SetWide(0));
  return MakePair(LoadWide(upper), LoadWide(upper + conv.kernel_w * kBlock));
}

// One output of any kernel, tap by tap.
void RunAny(const DepthwiseI8& conv, const int8_t* image, size_t oy, size_t ox, const Tile& t, const Output& o,
            int8_t* y) {
  VecI32 sum[2] = {o.bias[0], o.bias[1]};
  for (size_t ky = 0; ky < conv.kernel_h; ky += 2) {
    for (size_t kx = 0; kx < conv.kernel_w; ++kx) {
      const size_t x = ox * conv.stride_w + kx * conv.dilation_w - conv.pad_left;  // modulo 2^64
      Wide value[2] = {t.padding, t.padding};
      for (size_t row = 0; row < 2 && ky + row < conv.kernel_h; ++row) {
        const size_t iy = oy * conv.stride_h + (ky + row) * conv.dilation_h - conv.pad_top;
        if (iy >= conv.in_h || x >= conv.in_w) continue;
        value[row] = LoadChannels(t, image + (iy * conv.in_w + x) * conv.x_stride + t.channel);
      }
      AddPair(MakePair(value[0], value[1]), WeightPair(conv, t.channel, ky / 2, kx), sum);
    }
  }
  StoreOutput(o, sum, t.lanes, y);
}

using RunTile = void (*)(const Tile& t, const Output& o, int8_t* y, size_t y_stride);

// The tile for the kernel's width, or null.
LINNET_INLINE RunTile FindTile(const DepthwiseI8& conv) {
  const size_t pairs = (conv.kernel_h + 1) / 2 * conv.kernel_w;
  if (conv.dilation_w != 1 || conv.out_w < kTile || pairs > kMaxPairs) return nullptr;
  switch (conv.kernel_w * 4 + conv.stride_w) {
    case 3 * 4 + 1: return &RunFixed<3, 1>;
    case 3 * 4 + 2: return &RunFixed<3, 2>;
    case 5 * 4 + 1: return &RunFixed<5, 1>;
    case 5 * 4 + 2: return &RunFixed<5, 2>;
    case 7 * 4 + 1: return &RunFixed<7, 1>;
    default: return nullptr;
  }
}

// Points the tile's rows at the image rows that output row `oy` sees, column `left`.
LINNET_INLINE void PointRows(const DepthwiseI8& conv, const int8_t* image, size_t oy, ptrdiff_t left,
                             const int8_t* padding, Tile* t) {
  for (size_t ky = 0; ky < 2 * t->row_pairs; ++ky) {
    const size_t iy = oy * conv.stride_h + ky * conv.dilation_h - conv.pad_top;
    if (ky >= conv.kernel_h || iy >= conv.in_h) {
      t->rows[ky] = {padding, 0};
      continue;
    }
    const int8_t* row = image + iy * conv.in_w * conv.x_stride + t->channel;
    t->rows[ky] = {row + left * static_cast<ptrdiff_t>(conv.x_stride), conv.x_stride};
  }
}

// One row of outputs, the channels of the tile.
void RunRow(const DepthwiseI8& conv, size_t row, RunTile run, const int8_t* padding, Tile* t, const Output& o) {
  const int8_t* image = conv.x + row / conv.out_h * conv.in_h * conv.in_w * conv.x_stride;
  const size_t oy = row % conv.out_h;
  int8_t* y = conv.y + row * conv.out_w * conv.y_stride + t->channel;
  for (size_t ox = 0; ox < conv.out_w; ox += run != nullptr ? kTile : 1) {
    if (run == nullptr) {
      RunAny(conv, image, oy, ox, *t, o, y + ox * conv.y_stride);
      continue;
    }
    if (conv.out_w - ox < kTile) ox = conv.out_w - kTile;
    const ptrdiff_t left = static_cast<ptrdiff_t>(ox * conv.stride_w - conv.pad_left);
    t->column_begin = -left;
    t->column_end = static_cast<ptrdiff_t>(conv.in_w) - left;
    PointRows(conv, image, oy, left, padding, t);
    run(*t, o, y + ox * conv.y_stride, conv.y_stride);
  }
}

LINNET_INLINE void FillOutput(const DepthwiseI8& conv, size_t j, size_t lanes, Output* o) {
  int32_t bias[kStep] = {};
  float multiplier[kStep] = {};
  if (conv.bias != nullptr) std::memcpy(bias, conv.bias + j, lanes * sizeof(int32_t));
  std::memcpy(multiplier, conv.multiplier + j, lanes * sizeof(float));
  LoadSums(bias, o->bias);
  LoadFactors(multiplier, o->multiplier);
}

}  // namespace

void DepthwiseConvI8(const DepthwiseI8& conv, size_t row_begin, size_t row_end) {
  const RunTile run = FindTile(conv);
  int8_t padding[kStep];
  std::memset(padding, conv.x_pad, kStep);
  Pair weights[kMaxPairs];
  Tile t;
  t.row_pairs = (conv.kernel_h + 1) / 2;
  t.weights = weights;
  t.padding = LoadWide(padding);
  Output o;
  o.lo = Set(static_cast<float>(conv.requantize.lo - conv.requantize.zero_point));
  o.hi = Set(static_cast<float>(conv.requantize.hi - conv.requantize.zero_point));
  o.zero_point = SetI32(conv.requantize.zero_point);
  for (size_t j = 0; j < conv.channels; j += kStep) {
    t.channel = j;
    t.lanes = conv.channels - j < kStep ? conv.channels - j : kStep;
    FillOutput(conv, j, t.lanes, &o);
    for (size_t i = 0; run != nullptr && i < t.row_pairs * conv.kernel_w; ++i) {
      weights[i] = WeightPair(conv, j, i / conv.kernel_w, i % conv.kernel_w);
    }
    for (size_t row = row_begin; row < row_end; ++row) RunRow(conv, row, run, padding, &t, o);
  }
}
