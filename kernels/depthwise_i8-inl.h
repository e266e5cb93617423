// Body of kernels/depthwise_i8.h over the vector vocabulary and the products of taps_<isa>.h. Included inside
// a region and a namespace of an instruction set; no include guard, no includes.
//
// Kernel rows are taken kRowsAtOnce at a time: a value and those below it are taps that one instruction multiplies and adds.
// 3x3 kernels go along the row, column after column (depthwise_i8_stream-inl.h), where kStreams says so. Else a tile is kTile
// neighbouring outputs; each column is loaded and made into taps once for all of them, and what a row lacks of a whole tile is covered by a last tile that overlaps the one before it. Kernels of other widths,
// dilated ones and very large ones go tap by tap.

namespace {

constexpr size_t kBlock = 16;
constexpr size_t kMaxTaps = 28;  // of kRowsAtOnce rows: those of 7x7
constexpr size_t kStepsAtOnce = 4;  // of channels in a row, so that whole cache lines are read

// A row of the image.
struct ImageRow {
  const int8_t* x;  // column 0, or the padding
  size_t step;      // bytes from a column to the next: 0 for padding
};

struct Tile {
  ImageRow rows[kRowsAtOnce * kMaxTaps];  // one per kernel row, and what completes the last kRowsAtOnce
  size_t row_sets;  // of kRowsAtOnce
  ptrdiff_t left, columns;             // first column that the tile sees, columns of the image
  const Taps* weights;                 // [row_sets][kernel_w]
  size_t channel, lanes;               // first channel, and how many of kStep there are
  Wide padding;
};

// What is done to the sums of kStep channels.
struct Output {
  VecI32 start[kStepVecs];
  VecF32 multiplier[kStepVecs];
  Narrower narrower;
};

LINNET_INLINE void StoreOutput(const Output& o, const VecI32 (&sum)[kStepVecs], size_t lanes, int8_t* y) {
  VecF32 scaled[kStepVecs];
  for (size_t v = 0; v < kStepVecs; ++v) scaled[v] = Mul(ToF32(sum[v]), o.multiplier[v]);
  if (lanes == kStep) return StoreStep(o.narrower, scaled, y);
  StoreStepN(o.narrower, scaled, lanes, y);
}

LINNET_INLINE Wide LoadChannels(const Tile& t, const int8_t* x) {
  return t.lanes == kStep ? LoadWide(x) : LoadWideN(x, t.lanes);
}

template <bool kEdge>
LINNET_INLINE Taps LoadColumn(const Tile& t, const ImageRow (&from)[kRowsAtOnce], ptrdiff_t column) {
  Wide rows[kRowsAtOnce];
  if (kEdge && (t.left + column < 0 || t.left + column >= t.columns)) {
    for (size_t i = 0; i < kRowsAtOnce; ++i) rows[i] = t.padding;
    return MakeTaps(rows);
  }
  for (size_t i = 0; i < kRowsAtOnce; ++i) {
    const int8_t* x = from[i].x + column * static_cast<ptrdiff_t>(from[i].step);
    rows[i] = kEdge ? LoadChannels(t, x) : LoadWide(x);
  }
  return MakeTaps(rows);
}

// Columns and outputs by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kWidth, int kStride, int kColumn, int kOutput = 0>
LINNET_INLINE void AddColumn(const Taps& x, const Taps* weights, VecI32 (&sum)[kTile][kStepVecs]) {
  constexpr int kTap = kColumn - kOutput * kStride;
  if constexpr (kTap >= 0 && kTap < kWidth) AddTaps(x, weights[kTap], sum[kOutput]);
  if constexpr (kOutput + 1 < kTile) AddColumn<kWidth, kStride, kColumn, kOutput + 1>(x, weights, sum);
}

template <int kWidth, int kStride, bool kEdge, int kColumn = 0>
LINNET_INLINE void AddColumns(const Tile& t, const ImageRow (&from)[kRowsAtOnce], const Taps* weights, VecI32 (&sum)[kTile][kStepVecs]) {
  AddColumn<kWidth, kStride, kColumn>(LoadColumn<kEdge>(t, from, kColumn), weights, sum);
  if constexpr (kColumn + 1 < (kTile - 1) * kStride + kWidth) {
    AddColumns<kWidth, kStride, kEdge, kColumn + 1>(t, from, weights, sum);
  }
}

template <int kOutput = 0>
LINNET_INLINE void StartSums(const Output& o, VecI32 (&sum)[kTile][kStepVecs]) {
  for (size_t v = 0; v < kStepVecs; ++v) sum[kOutput][v] = o.start[v];
  if constexpr (kOutput + 1 < kTile) StartSums<kOutput + 1>(o, sum);
}

template <int kOutput = 0>
LINNET_INLINE void StoreOutputs(const Output& o, const VecI32 (&sum)[kTile][kStepVecs], size_t lanes, int8_t* y, size_t y_stride) {
  StoreOutput(o, sum[kOutput], lanes, y);
  if constexpr (kOutput + 1 < kTile) StoreOutputs<kOutput + 1>(o, sum, lanes, y + y_stride, y_stride);
}

// kTile outputs of a kernel kWidth wide, not dilated.
template <int kWidth, int kStride, bool kEdge>
void FixedTile(const Tile& t, const Output& o, int8_t* y, size_t y_stride) {
  VecI32 sum[kTile][kStepVecs];
  StartSums(o, sum);
  for (size_t r = 0; r < t.row_sets; ++r) {
    ImageRow from[kRowsAtOnce];
    for (size_t i = 0; i < kRowsAtOnce; ++i) {
      from[i] = t.rows[kRowsAtOnce * r + i];
      from[i].x += t.left * static_cast<ptrdiff_t>(from[i].step);
    }
    AddColumns<kWidth, kStride, kEdge>(t, from, t.weights + r * kWidth, sum);
  }
  StoreOutputs(o, sum, kEdge ? t.lanes : kStep, y, y_stride);
}

template <int kWidth, int kStride>
void TileRow(const Tile& tile, const Output& o, size_t outputs, int8_t* y, size_t y_stride) {
  constexpr ptrdiff_t kColumns = (kTile - 1) * kStride + kWidth;
  Tile t = tile;
  for (size_t ox = 0; ox < outputs; ox += kTile) {
    if (outputs - ox < kTile) ox = outputs - kTile;
    t.left = tile.left + static_cast<ptrdiff_t>(ox * kStride);
    int8_t* to = y + ox * y_stride;
    if (t.left < 0 || t.left + kColumns > t.columns || t.lanes < kStep) {
      FixedTile<kWidth, kStride, true>(t, o, to, y_stride);
    } else {
      FixedTile<kWidth, kStride, false>(t, o, to, y_stride);
    }
  }
}

}  // namespace

#include "kernels/depthwise_i8_stream-inl.h"

namespace {

// The weights of one tap for the channels [j, j + kStep), j a multiple of kStep; zeros where there is no such row or channel.
LINNET_INLINE void CopyWeights(const DepthwiseI8& conv, size_t j, size_t ky, size_t kx, int8_t (&to)[kStep]) {
  constexpr size_t kPiece = kStep < kBlock ? kStep : kBlock;
  const size_t taps = conv.kernel_h * conv.kernel_w;
  std::memset(to, 0, kStep);
  for (size_t i = 0; i < kStep && ky < conv.kernel_h; i += kPiece) {
    const size_t channel = j + i;
    if (channel >= conv.channels) break;
    const int8_t* block = conv.weight + (channel / kBlock * taps + ky * conv.kernel_w + kx) * kBlock;
    std::memcpy(to + i, block + channel % kBlock, kPiece);
  }
}

LINNET_INLINE Taps WeightTaps(const DepthwiseI8& conv, size_t j, size_t row_set, size_t kx) {
  Wide rows[kRowsAtOnce];
  for (size_t i = 0; i < kRowsAtOnce; ++i) {
    int8_t weights[kStep];
    CopyWeights(conv, j, row_set * kRowsAtOnce + i, kx, weights);
    rows[i] = LoadWeights(weights);
  }
  return MakeTaps(rows);
}

// One output of any kernel, tap by tap.
void RunAny(const DepthwiseI8& conv, const int8_t* image, size_t oy, size_t ox, const Tile& t, const Output& o,
            int8_t* y) {
  VecI32 sum[kStepVecs];
  for (size_t v = 0; v < kStepVecs; ++v) sum[v] = o.start[v];
  for (size_t ky = 0; ky < conv.kernel_h; ky += kRowsAtOnce) {
    for (size_t kx = 0; kx < conv.kernel_w; ++kx) {
      const size_t x = ox * conv.stride_w + kx * conv.dilation_w - conv.pad_left;  // modulo 2^64
      Wide rows[kRowsAtOnce];
      for (size_t i = 0; i < kRowsAtOnce; ++i) {
        const size_t iy = oy * conv.stride_h + (ky + i) * conv.dilation_h - conv.pad_top;
        rows[i] = ky + i >= conv.kernel_h || iy >= conv.in_h || x >= conv.in_w
                      ? t.padding
                      : LoadChannels(t, image + (iy * conv.in_w + x) * conv.x_stride + t.channel);
      }
      AddTaps(MakeTaps(rows), WeightTaps(conv, t.channel, ky / kRowsAtOnce, kx), sum);
    }
  }
  StoreOutput(o, sum, t.lanes, y);
}

// A row of outputs of kStep channels; t.left is that of the first.
using RunOutputs = void (*)(const Tile& t, const Output& o, size_t outputs, int8_t* y, size_t y_stride);

template <int kWidth, int kStride>
LINNET_INLINE RunOutputs FindFixed(const DepthwiseI8& conv) {
  if constexpr (kStreams && kWidth == 3) {
    if (conv.kernel_h == kWidth) return &StreamRow<kWidth, kStride>;
  }
  return conv.out_w < kTile ? nullptr : &TileRow<kWidth, kStride>;
}

// The function for the kernel's width, or null.
LINNET_INLINE RunOutputs FindRun(const DepthwiseI8& conv) {
  const size_t taps = (conv.kernel_h + kRowsAtOnce - 1) / kRowsAtOnce * conv.kernel_w;
  if (conv.dilation_w != 1 || taps > kMaxTaps) return nullptr;
  switch (conv.kernel_w * 4 + conv.stride_w) {
    case 3 * 4 + 1: return FindFixed<3, 1>(conv);
    case 3 * 4 + 2: return FindFixed<3, 2>(conv);
    case 5 * 4 + 1: return FindFixed<5, 1>(conv);
    case 5 * 4 + 2: return FindFixed<5, 2>(conv);
    case 7 * 4 + 1: return FindFixed<7, 1>(conv);
    default: return nullptr;
  }
}

// Points the tile's rows at the image rows that output row `oy` sees.
LINNET_INLINE void PointRows(const DepthwiseI8& conv, const int8_t* image, size_t oy, const int8_t* padding, Tile* t) {
  for (size_t ky = 0; ky < kRowsAtOnce * t->row_sets; ++ky) {
    const size_t iy = oy * conv.stride_h + ky * conv.dilation_h - conv.pad_top;
    if (ky >= conv.kernel_h || iy >= conv.in_h) {
      t->rows[ky] = {padding, 0};
    } else {
      t->rows[ky] = {image + iy * conv.in_w * conv.x_stride + t->channel, conv.x_stride};
    }
  }
}

// One row of outputs, the channels of the tile.
void RunRow(const DepthwiseI8& conv, size_t row, RunOutputs run, const int8_t* padding, Tile* t, const Output& o) {
  const int8_t* image = conv.x + row / conv.out_h * conv.in_h * conv.in_w * conv.x_stride;
  const size_t oy = row % conv.out_h;
  int8_t* y = conv.y + row * conv.out_w * conv.y_stride + t->channel;
  if (run == nullptr) {
    for (size_t ox = 0; ox < conv.out_w; ++ox) RunAny(conv, image, oy, ox, *t, o, y + ox * conv.y_stride);
    return;
  }
  PointRows(conv, image, oy, padding, t);
  t->left = -static_cast<ptrdiff_t>(conv.pad_left);
  run(*t, o, conv.out_w, y, conv.y_stride);
}

// Weights and what is done to the sums, of the channels [j, j + kStep). RunAny makes its taps itself.
void FillStep(const DepthwiseI8& conv, size_t j, bool tiles, Taps* weights, Output* o) {
  const size_t lanes = conv.channels - j < kStep ? conv.channels - j : kStep;
  const size_t row_sets = (conv.kernel_h + kRowsAtOnce - 1) / kRowsAtOnce;
  // Where x + 128 is multiplied, what a kernel makes of zeros is too much.
  const int8_t zeros[kStep] = {};
  Wide rows[kRowsAtOnce];
  for (size_t i = 0; i < kRowsAtOnce; ++i) rows[i] = LoadWide(zeros);
  const Taps zero = MakeTaps(rows);
  VecI32 excess[kStepVecs];
  for (size_t v = 0; v < kStepVecs; ++v) excess[v] = SetI32(0);
  for (size_t i = 0; (tiles || kUnsignedX) && i < row_sets * conv.kernel_w; ++i) {
    const Taps taps = WeightTaps(conv, j, i / conv.kernel_w, i % conv.kernel_w);
    if (tiles) weights[i] = taps;
    if (kUnsignedX) AddTaps(zero, taps, excess);
  }
  o->narrower = MakeNarrower(conv.requantize.lo, conv.requantize.hi, conv.requantize.zero_point);
  int32_t start[kStep] = {};
  float multiplier[kStep] = {};
  if (conv.bias != nullptr) std::memcpy(start, conv.bias + j, lanes * sizeof(int32_t));
  std::memcpy(multiplier, conv.multiplier + j, lanes * sizeof(float));
  LoadSums(start, o->start);
  for (size_t v = 0; v < kStepVecs; ++v) o->start[v] = Sub(o->start[v], excess[v]);
  LoadFactors(multiplier, o->multiplier);
}

}  // namespace

void DepthwiseConvI8(const DepthwiseI8& conv, size_t row_begin, size_t row_end) {
  const RunOutputs run = FindRun(conv);
  int8_t padding[kStep];
  std::memset(padding, conv.x_pad, kStep);
  Taps weights[kStepsAtOnce][kMaxTaps];
  Output outputs[kStepsAtOnce];
  Tile t;
  t.row_sets = (conv.kernel_h + kRowsAtOnce - 1) / kRowsAtOnce;
  t.columns = static_cast<ptrdiff_t>(conv.in_w);
  t.padding = LoadWide(padding);
  for (size_t first = 0; first < conv.channels; first += kStepsAtOnce * kStep) {
    const size_t steps = (conv.channels - first + kStep - 1) / kStep;
    const size_t count = steps < kStepsAtOnce ? steps : kStepsAtOnce;
    for (size_t s = 0; s < count; ++s) FillStep(conv, first + s * kStep, run != nullptr, weights[s], &outputs[s]);
    for (size_t row = row_begin; row < row_end; ++row) {
      for (size_t s = 0; s < count; ++s) {
        t.channel = first + s * kStep;
        t.lanes = conv.channels - t.channel < kStep ? conv.channels - t.channel : kStep;
        t.weights = weights[s];
        RunRow(conv, row, run, padding, &t, outputs[s]);
      }
    }
  }
}
