// Body of kernels/depthwise_i8.h over the vector vocabulary and the products of taps_<isa>.h. Included inside
// a region and a namespace of an instruction set; no include guard, no includes.
//
// Kernel rows are taken kRowsAtOnce at a time: a value and those below it are taps that one instruction multiplies and adds.
// A register may hold kRowLanes rows of outputs, each with the same channels. Kernels up to kLargestStream go along the row,
// column after column (depthwise_i8_stream-inl.h). Else a tile is kTile neighbouring outputs; each column is loaded and made
// into taps once for all of them, and what a row lacks of a whole tile is covered by a last tile that overlaps the one before
// it. Kernels of other widths, dilated ones and very large ones go tap by tap.

namespace {

// Tiles and rows inside of the image have code of their own but in builds for size.
#if defined(LINNET_SMALL)
constexpr bool kSmall = true;
#else
constexpr bool kSmall = false;
#endif

constexpr size_t kBlock = 16;
constexpr size_t kMaxTaps = 28;  // of kRowsAtOnce rows: those of 7x7
constexpr size_t kStepsAtOnce = 4;  // of channels in a row, so that whole cache lines are read
constexpr size_t kSmallImage = 32 * 1024;  // bytes

// Column 0 of a row of the image, or the padding, for each of the rows of outputs that are side by side in a register.
struct ImageRow {
  const int8_t* x[kRowLanes];
  ptrdiff_t mask[kRowLanes];  // of offsets: 0 where they would lead out of the padding
};

// Of kStep channels of the image.
struct Source {
  const Taps* weights;       // [row_sets][kernel_w]
  size_t row_sets;           // of kRowsAtOnce
  ptrdiff_t columns, step;   // of the image, and bytes from one to the next
  size_t channel, lanes;     // first channel, and how many of kStep there are
  Wide padding;
};

// Neighbouring outputs.
struct Tile {
  const ImageRow* rows;  // one per kernel row, and what completes the last kRowsAtOnce
  ptrdiff_t left;        // first column that the tile sees
  bool edge;             // there are not all of kStep channels, or a row has a mask
};

// What is done to the sums of kStep channels.
struct Output {
  VecI32 start[kStepVecs];
  VecF32 multiplier[kStepVecs];
  Narrower narrower;
};

// Where results go: to y, and of the second row of outputs to y + apart. Of a row that has no second the same goes there twice.
struct Place {
  int8_t* y;
  size_t y_stride, apart;  // bytes, from one output to the next and between the rows
};

LINNET_INLINE void StoreOutput(const Output& o, const VecI32 (&sum)[kStepVecs], size_t lanes, const Place& to, size_t output) {
  VecF32 scaled[kStepVecs];
  for (size_t v = 0; v < kStepVecs; ++v) scaled[v] = Mul(ToF32(sum[v]), o.multiplier[v]);
  int8_t* y = to.y + output * to.y_stride;
  if (lanes == kStep) return StoreLanes(o.narrower, scaled, y, to.apart);
  StoreLanesN(o.narrower, scaled, lanes, y, to.apart);
}

template <bool kEdge>
LINNET_INLINE Wide LoadAt(const ImageRow& row, ptrdiff_t offset, size_t lanes) {
  const int8_t* x[kRowLanes];
  for (size_t l = 0; l < kRowLanes; ++l) x[l] = row.x[l] + (kEdge ? offset & row.mask[l] : offset);
  return kEdge && lanes < kStep ? LoadLanesN(x, lanes) : LoadLanes(x);
}

template <bool kEdge>
LINNET_INLINE Taps LoadColumn(const Source& in, const Tile& t, const ImageRow* from, ptrdiff_t column) {
  Wide rows[kRowsAtOnce];
  if (kEdge && (t.left + column < 0 || t.left + column >= in.columns)) {
    for (size_t i = 0; i < kRowsAtOnce; ++i) rows[i] = in.padding;
    return MakeTaps(rows);
  }
  for (size_t i = 0; i < kRowsAtOnce; ++i) {
    rows[i] = LoadAt<kEdge>(from[i], (t.left + column) * in.step, in.lanes);
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
LINNET_INLINE void AddColumns(const Source& in, const Tile& t, const ImageRow* from, const Taps* weights,
                              VecI32 (&sum)[kTile][kStepVecs]) {
  AddColumn<kWidth, kStride, kColumn>(LoadColumn<kEdge>(in, t, from, kColumn), weights, sum);
  if constexpr (kColumn + 1 < (kTile - 1) * kStride + kWidth) {
    AddColumns<kWidth, kStride, kEdge, kColumn + 1>(in, t, from, weights, sum);
  }
}

template <int kOutput = 0>
LINNET_INLINE void StartSums(const Output& o, VecI32 (&sum)[kTile][kStepVecs]) {
  for (size_t v = 0; v < kStepVecs; ++v) sum[kOutput][v] = o.start[v];
  if constexpr (kOutput + 1 < kTile) StartSums<kOutput + 1>(o, sum);
}

template <int kOutput = 0>
LINNET_INLINE void StoreOutputs(const Output& o, const VecI32 (&sum)[kTile][kStepVecs], size_t lanes, const Place& to) {
  StoreOutput(o, sum[kOutput], lanes, to, kOutput);
  if constexpr (kOutput + 1 < kTile) StoreOutputs<kOutput + 1>(o, sum, lanes, to);
}

// kTile outputs of a kernel kWidth wide, not dilated.
template <int kWidth, int kStride, bool kEdge>
void FixedTile(const Source& in, const Tile& t, const Output& o, const Place& to) {
  VecI32 sum[kTile][kStepVecs];
  StartSums(o, sum);
  for (size_t r = 0; r < in.row_sets; ++r) {
    AddColumns<kWidth, kStride, kEdge>(in, t, t.rows + r * kRowsAtOnce, in.weights + r * kWidth, sum);
  }
  StoreOutputs(o, sum, kEdge ? in.lanes : kStep, to);
}

// The rows of outputs that are computed together: `row` of all of the batch's, and the one behind it if that is before `end`.
struct Rows {
  const int8_t* image[kRowLanes];
  size_t oy[kRowLanes];
  Place to;
};

LINNET_INLINE Rows RowsAt(const DepthwiseI8& conv, size_t channel, size_t row, size_t end) {
  Rows r;
  for (size_t l = 0; l < kRowLanes; ++l) {
    const size_t at = row + l < end ? row + l : row;
    r.image[l] = conv.x + at / conv.out_h * conv.in_h * conv.in_w * conv.x_stride + channel;
    r.oy[l] = at % conv.out_h;
  }
  const size_t row_bytes = conv.out_w * conv.y_stride;
  r.to = {conv.y + row * row_bytes + channel, conv.y_stride, row + 1 < end ? row_bytes : 0};
  return r;
}

// to[0 .. count): the rows of the image that they see. Whether any has a mask.
LINNET_INLINE bool PointRows(const DepthwiseI8& conv, const Rows& r, size_t channel, size_t count, ImageRow* to) {
  bool masked = false;
  const bool dense = conv.padding_bytes >= (conv.in_w - 1) * conv.x_stride + conv.channels;
  for (size_t ky = 0; ky < count; ++ky) {
    for (size_t l = 0; l < kRowLanes; ++l) {
      const size_t iy = r.oy[l] * conv.stride_h + ky * conv.dilation_h - conv.pad_top;
      const bool inside = ky < conv.kernel_h && iy < conv.in_h;
      to[ky].x[l] = inside ? r.image[l] + iy * conv.in_w * conv.x_stride : conv.padding + channel;
      to[ky].mask[l] = inside || dense ? -1 : 0;
      masked = masked || !(inside || dense);
    }
  }
  return masked;
}

template <int kWidth, int kStride>
void TileRows(const DepthwiseI8& conv, const Source& in, const Output& o, size_t row, size_t end) {
  constexpr ptrdiff_t kColumns = (kTile - 1) * kStride + kWidth;
  ImageRow rows[kRowsAtOnce * kMaxTaps];
  for (; row < end; row += kRowLanes) {
    const Rows r = RowsAt(conv, in.channel, row, end);
    Tile t;
    t.rows = rows;
    t.edge = PointRows(conv, r, in.channel, kRowsAtOnce * in.row_sets, rows) || in.lanes < kStep;
    for (size_t ox = 0; ox < conv.out_w; ox += kTile) {
      if (conv.out_w - ox < kTile) ox = conv.out_w - kTile;
      t.left = static_cast<ptrdiff_t>(ox * kStride - conv.pad_left);
      const Place to = {r.to.y + ox * r.to.y_stride, r.to.y_stride, r.to.apart};
      if (kSmall || t.left < 0 || t.left + kColumns > in.columns || t.edge) {
        FixedTile<kWidth, kStride, true>(in, t, o, to);
      } else if constexpr (!kSmall) {
        FixedTile<kWidth, kStride, false>(in, t, o, to);
      }
    }
  }
}

}  // namespace

#include "kernels/depthwise_i8_stream-inl.h"

namespace {

// The weights of a column of a row set, for the channels [j, j + kStep), j a multiple of kStep; 0 below the kernel. Channels that
// do not exist have any.
LINNET_INLINE Taps WeightTaps(const DepthwiseI8& conv, size_t j, size_t row_set, size_t kx) {
  const size_t taps = conv.kernel_h * conv.kernel_w;
  const int8_t* block = conv.weight + j / kBlock * taps * kBlock + j % kBlock;
  const size_t apart = j + kBlock < conv.channels ? taps * kBlock : 0;
  const int8_t zeros[kBlock] = {};
  Wide rows[kRowsAtOnce];
  for (size_t i = 0; i < kRowsAtOnce; ++i) {
    const size_t ky = row_set * kRowsAtOnce + i;
    rows[i] = ky < conv.kernel_h ? LoadWeights(block + (ky * conv.kernel_w + kx) * kBlock, apart) : LoadWeights(zeros, 0);
  }
  return MakeTaps(rows);
}

// Any kernel, tap by tap.
void AnyRows(const DepthwiseI8& conv, const Source& in, const Output& o, size_t row, size_t end) {
  for (; row < end; row += kRowLanes) {
    const Rows r = RowsAt(conv, in.channel, row, end);
    for (size_t ox = 0; ox < conv.out_w; ++ox) {
      VecI32 sum[kStepVecs];
      for (size_t v = 0; v < kStepVecs; ++v) sum[v] = o.start[v];
      for (size_t tap = 0; tap < in.row_sets * conv.kernel_w; ++tap) {
        const size_t ky = tap / conv.kernel_w * kRowsAtOnce, kx = tap % conv.kernel_w;
        const size_t x = ox * conv.stride_w + kx * conv.dilation_w - conv.pad_left;  // modulo 2^64
        Wide rows[kRowsAtOnce];
        for (size_t i = 0; i < kRowsAtOnce; ++i) {
          ImageRow from = {};
          for (size_t l = 0; l < kRowLanes; ++l) {
            const size_t iy = r.oy[l] * conv.stride_h + (ky + i) * conv.dilation_h - conv.pad_top;
            const bool outside = ky + i >= conv.kernel_h || iy >= conv.in_h || x >= conv.in_w;
            from.x[l] = outside ? conv.padding + in.channel : r.image[l] + (iy * conv.in_w + x) * conv.x_stride;
          }
          rows[i] = LoadAt<true>(from, 0, in.lanes);
        }
        AddTaps(MakeTaps(rows), WeightTaps(conv, in.channel, ky / kRowsAtOnce, kx), sum);
      }
      StoreOutput(o, sum, in.lanes, r.to, ox);
    }
  }
}

// Rows of outputs [row, end) of kStep channels.
using RunRows = void (*)(const DepthwiseI8& conv, const Source& in, const Output& o, size_t row, size_t end);

template <int kWidth, int kStride>
LINNET_INLINE RunRows FindFixed(const DepthwiseI8& conv) {
  if constexpr (kWidth <= kLargestStream) {
    if (conv.kernel_h == kWidth && (kWidth == 3 || conv.out_w >= kTile)) return &StreamRows<kWidth, kStride>;
  }
  return conv.out_w < kTile ? &AnyRows : &TileRows<kWidth, kStride>;
}

// The function for the kernel's width.
LINNET_INLINE RunRows FindRun(const DepthwiseI8& conv) {
  const size_t taps = (conv.kernel_h + kRowsAtOnce - 1) / kRowsAtOnce * conv.kernel_w;
  if (conv.dilation_w != 1 || taps > kMaxTaps) return &AnyRows;
  switch (conv.kernel_w * 4 + conv.stride_w) {
    case 3 * 4 + 1: return FindFixed<3, 1>(conv);
    case 3 * 4 + 2: return FindFixed<3, 2>(conv);
    case 5 * 4 + 1: return FindFixed<5, 1>(conv);
    case 5 * 4 + 2: return FindFixed<5, 2>(conv);
    case 7 * 4 + 1: return FindFixed<7, 1>(conv);
    default: return &AnyRows;
  }
}

// Weights and what is done to the sums, of the channels [j, j + kStep). AnyRows makes its taps itself.
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
  const RunRows run = FindRun(conv);
  int8_t padding[kStep];
  std::memset(padding, conv.x_pad, kStep);
  Taps weights[kStepsAtOnce][kMaxTaps];
  Output outputs[kStepsAtOnce];
  Source in;
  in.row_sets = (conv.kernel_h + kRowsAtOnce - 1) / kRowsAtOnce;
  in.columns = static_cast<ptrdiff_t>(conv.in_w);
  in.step = static_cast<ptrdiff_t>(conv.x_stride);
  in.padding = LoadWide(padding);
  // What stays in the cache meanwhile is read step by step; else row by row.
  const bool small = conv.in_h * conv.in_w * kStepsAtOnce * kStep <= kSmallImage;
  const size_t rows = small ? row_end - row_begin : kRowLanes;
  for (size_t first = 0; first < conv.channels; first += kStepsAtOnce * kStep) {
    const size_t steps = (conv.channels - first + kStep - 1) / kStep;
    const size_t count = steps < kStepsAtOnce ? steps : kStepsAtOnce;
    for (size_t s = 0; s < count; ++s) FillStep(conv, first + s * kStep, run != &AnyRows, weights[s], &outputs[s]);
    for (size_t row = row_begin; row < row_end; row += rows) {
      const size_t end = row_end - row < rows ? row_end : row + rows;
      for (size_t s = 0; s < count; ++s) {
        in.channel = first + s * kStep;
        in.lanes = conv.channels - in.channel < kStep ? conv.channels - in.channel : kStep;
        in.weights = weights[s];
        run(conv, in, outputs[s], row, end);
      }
    }
  }
}
