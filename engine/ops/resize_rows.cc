#include "engine/ops/resize_rows.h"

#include <cmath>
#include <cstring>

#include "engine/data_movement.h"
#include "engine/widen.h"
#include "kernels/isa.h"
#include "kernels/resample_f32.h"

namespace linnet::ops {
namespace {

// Scratch: for all threads the taps of the width; for each those of the outer dimensions and one row of sums.
template <typename Sum>
size_t TableBytes(const ResizePlan& plan) {
  const size_t taps = SaturatingMultiply(static_cast<size_t>(plan.width().out), static_cast<size_t>(plan.width().taps));
  return SaturatingMultiply(taps, sizeof(Sum) + sizeof(int32_t));
}
template <typename Sum>
size_t ThreadBytes(const ResizePlan& plan, bool sums) {
  const size_t row = SaturatingMultiply(static_cast<size_t>(plan.width().in), static_cast<size_t>(plan.channels));
  const size_t taps = SaturatingMultiply(static_cast<size_t>(plan.outer_taps), 2 * sizeof(Sum));
  return SaturatingAdd(taps, SaturatingMultiply(sums ? row : 0, sizeof(Sum)));
}

// The tensors as the plan sees them. Offsets and steps are in elements.
struct View {
  int64_t in_step, out_step;    // from pixel to pixel
  int64_t in_pitch, out_pitch;  // from row to row
};

View ViewOf(const ResizePlan& plan, const TensorSlot& x, const TensorSlot& y) {
  if (!plan.channel_rows) return {1, 1, x.row_stride, y.row_stride};
  return {x.row_stride, y.row_stride, plan.width().in * x.row_stride, plan.width().out * y.row_stride};
}

// The taps of the width, made once in each Eval.
template <typename Sum>
struct WidthTable {
  Sum* weight;
  int32_t* index;
  bool complete = true;  // no pixel lies outside

  WidthTable(OpContext& ctx, const ResizePlan& plan) {
    const int64_t taps = plan.width().taps, count = plan.width().out;
    weight = static_cast<Sum*>(ctx.shared_scratch());
    index = reinterpret_cast<int32_t*>(weight + count * taps);
    for (int64_t p = 0; p < count; ++p) {
      if (!ResizeTaps(plan.rule, plan.width(), p, index + p * taps, weight + p * taps)) complete = false;
    }
  }
};

// The input rows that output row `row` is a sum of.
template <typename Sum>
class RowTaps {
 public:
  RowTaps(OpContext& ctx, const ResizePlan& plan, int thread) : plan_(plan) {
    weights_ = static_cast<Sum*>(ctx.thread_scratch(thread));
    indices_ = reinterpret_cast<int32_t*>(weights_ + plan.outer_taps);
    sums = weights_ + 2 * plan.outer_taps;
  }

  // False if the row lies outside of the input.
  bool MoveTo(int64_t row) {
    int64_t list = plan_.outer_taps;
    bool inside = true;
    for (int d = plan_.outer - 1; d >= 0; --d) {
      const ResizeAxis& axis = plan_.axes[d];
      list -= axis.taps;
      inside &= ResizeTaps(plan_.rule, axis, row % axis.out, indices_ + list, weights_ + list);
      row /= axis.out;
    }
    return inside;
  }

  // Row and weight of tap k of row_taps.
  int64_t At(int64_t k, Sum* weight) const {
    int64_t list = plan_.outer_taps, pitch = 1, row = 0;
    *weight = 1;
    for (int d = plan_.outer - 1; d >= 0; --d) {
      const ResizeAxis& axis = plan_.axes[d];
      list -= axis.taps;
      const int64_t at = list + k % axis.taps;
      k /= axis.taps;
      row += indices_[at] * pitch;
      pitch *= axis.in;
      *weight *= weights_[at];
    }
    return row;
  }

  Sum* sums;  // [width, channels]

 private:
  const ResizePlan& plan_;
  Sum* weights_;
  int32_t* indices_;
};

// `count` pixels of `channels` elements from element `first` on become the extrapolation value.
void Extrapolate(OpContext& ctx, int64_t first, int64_t step, int64_t count, int64_t channels) {
  const TensorSlot& y = ctx.output(0);
  Wide value[kWideBlock];
  for (Wide& element : value) element.f = static_cast<double>(ctx.attrs<format::Resize>()->extrapolation_value());
  for (int64_t p = 0; p < count; ++p) {
    for (int64_t c = 0; c < channels; c += kWideBlock) {
      const int64_t n = channels - c < int64_t{kWideBlock} ? channels - c : int64_t{kWideBlock};
      Narrow(y.type, value, WideKind::kReal, first + p * step + c, static_cast<size_t>(n), y.data);
    }
  }
}

template <typename Sum>
void ExtrapolateOutside(OpContext& ctx, const ResizePlan& plan, const WidthTable<Sum>& table, int64_t first,
                        int64_t step) {
  if (table.complete) return;
  for (int64_t p = 0; p < plan.width().out; ++p) {
    // Inside, the weights sum to 1.
    Sum sum = 0;
    for (int64_t t = 0; t < plan.width().taps; ++t) sum += table.weight[p * plan.width().taps + t];
    if (sum == 0) Extrapolate(ctx, first + p * step, 1, 1, plan.channels);
  }
}

// --- Nearest ---

template <typename Word>
void GatherWords(const int32_t* index, int64_t count, int64_t in_step, int64_t out_step, const void* in, void* out) {
  const Word* from = static_cast<const Word*>(in);
  Word* to = static_cast<Word*>(out);
  for (int64_t p = 0; p < count; ++p) to[p * out_step] = from[index[p] * in_step];
}

void GatherPixels(const int32_t* index, int64_t count, int64_t channels, size_t element, const View& view,
                  const void* in, void* out) {
  if (channels == 1) {
    switch (element) {
      case 1:
        return GatherWords<uint8_t>(index, count, view.in_step, view.out_step, in, out);
      case 2:
        return GatherWords<uint16_t>(index, count, view.in_step, view.out_step, in, out);
      case 4:
        return GatherWords<uint32_t>(index, count, view.in_step, view.out_step, in, out);
      default:
        return GatherWords<uint64_t>(index, count, view.in_step, view.out_step, in, out);
    }
  }
  const size_t bytes = static_cast<size_t>(channels) * element;
  const size_t in_step = static_cast<size_t>(view.in_step) * element;
  char* to = static_cast<char*>(out);
  for (int64_t p = 0; p < count; ++p, to += static_cast<size_t>(view.out_step) * element) {
    std::memcpy(to, static_cast<const char*>(in) + static_cast<size_t>(index[p]) * in_step, bytes);
  }
}

void EvalNearest(OpContext& ctx, const ResizePlan& plan, const View& view) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const WidthTable<float> table(ctx, plan);
  const int64_t width = plan.width().out, element = static_cast<int64_t>(BytesOf(x.type));
  const bool dense = view.out_step == plan.channels;
  ParallelRanges(ctx, plan.rows, (x.elements() + y.elements()) * element, [&](int64_t first, int64_t last, int thread) {
    RowTaps<float> taps(ctx, plan, thread);
    int64_t before = -1;  // input row that the last output row came from
    for (int64_t row = first; row < last; ++row) {
      if (!taps.MoveTo(row)) {
        Extrapolate(ctx, row * view.out_pitch, view.out_step, width, plan.channels);
        before = -1;
        continue;
      }
      float weight;
      const int64_t source = taps.At(0, &weight);
      char* to = y.as<char>() + row * view.out_pitch * element;
      if (source == before && dense) {
        std::memcpy(to, to - view.out_pitch * element, static_cast<size_t>(width * plan.channels * element));
        continue;
      }
      GatherPixels(table.index, width, plan.channels, static_cast<size_t>(element), view,
                   x.as<char>() + source * view.in_pitch * element, to);
      ExtrapolateOutside(ctx, plan, table, row * view.out_pitch, view.out_step);
      before = source;
    }
  });
}

// --- Sums in fp32 ---

// The sum of input rows at which `taps` stands, and the step of its pixels: the one row itself where it is one.
const float* SumRows(const ResizePlan& plan, const View& view, const RowTaps<float>& taps, const float* x,
                     int64_t* step) {
  constexpr size_t kRows = 8;
  const float* rows[kRows];
  float weights[kRows];
  const bool dense = view.in_step == plan.channels;
  const int64_t pixels = dense ? 1 : plan.width().in;
  const size_t n = static_cast<size_t>(dense ? plan.width().in * plan.channels : plan.channels);
  size_t count = 0;
  bool accumulate = false;
  for (int64_t k = 0; k < plan.row_taps; ++k) {
    rows[count] = x + taps.At(k, &weights[count]) * view.in_pitch;
    if (weights[count] != 0) ++count;
    const bool end = k == plan.row_taps - 1;
    if (end && !accumulate && count == 1 && weights[0] == 1) {
      *step = view.in_step;
      return rows[0];
    }
    if (count < kRows && !end) continue;
    for (int64_t p = 0; p < pixels; ++p) {
      kernels::SumRowsF32(n, count, rows, weights, accumulate, taps.sums + p * plan.channels);
      for (size_t r = 0; r < count; ++r) rows[r] += view.in_step;
    }
    accumulate = true;
    count = 0;
  }
  *step = plan.channels;
  return taps.sums;
}

void EvalF32(OpContext& ctx, const ResizePlan& plan, const View& view) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const WidthTable<float> table(ctx, plan);
  const ResizeAxis& width = plan.width();
  ParallelRanges(ctx, plan.rows, (x.elements() + y.elements()) * 4, [&](int64_t first, int64_t last, int thread) {
    RowTaps<float> taps(ctx, plan, thread);
    for (int64_t row = first; row < last; ++row) {
      if (!taps.MoveTo(row)) {
        Extrapolate(ctx, row * view.out_pitch, view.out_step, width.out, plan.channels);
        continue;
      }
      int64_t step = 0;
      const float* sums = SumRows(plan, view, taps, x.as<float>(), &step);
      kernels::RunResampleRowF32({static_cast<size_t>(width.out), static_cast<size_t>(width.taps),
                                  static_cast<size_t>(plan.channels), table.index, table.weight, sums,
                                  static_cast<size_t>(step), y.as<float>() + row * view.out_pitch,
                                  static_cast<size_t>(view.out_step)});
      ExtrapolateOutside(ctx, plan, table, row * view.out_pitch, view.out_step);
    }
  });
}

// --- Sums of int8, in fp32 and in canonical order ---

// Floats of scratch behind a thread's taps and sums: an input row, then an output row.
size_t I8Floats(const ResizePlan& plan) {
  const size_t pixels = SaturatingAdd(static_cast<size_t>(plan.width().in), static_cast<size_t>(plan.width().out));
  return SaturatingMultiply(pixels, static_cast<size_t>(plan.channels));
}

// sums = the sum of the input rows at which `taps` stands, less the zero point; `numbers` holds one row.
void SumRowsI8(const ResizePlan& plan, const View& view, const RowTaps<float>& taps, const int8_t* x, int8_t zero_point,
               float* numbers) {
  static constexpr float kOne = 1;
  const bool dense = view.in_step == plan.channels;
  const int64_t pixels = dense ? 1 : plan.width().in, n = dense ? plan.width().in * plan.channels : plan.channels;
  const size_t row_floats = static_cast<size_t>(plan.width().in * plan.channels);
  for (int64_t k = 0; k < plan.row_taps; ++k) {
    float weight;
    const int8_t* row = x + taps.At(k, &weight) * view.in_pitch;
    for (int64_t p = 0; p < pixels; ++p) {
      kernels::DequantizeI8({static_cast<size_t>(n), &kOne, &zero_point, true}, row + p * view.in_step,
                            numbers + p * n);
    }
    kernels::SumRowsF32(row_floats, 1, &numbers, &weight, /*accumulate=*/k > 0, taps.sums);
  }
}

void EvalI8(OpContext& ctx, const ResizePlan& plan, const View& view, const QuantizedResize& q) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const WidthTable<float> table(ctx, plan);
  const ResizeAxis& width = plan.width();
  const bool dense = view.out_step == plan.channels;
  const int64_t pixels = dense ? 1 : width.out, n = dense ? width.out * plan.channels : plan.channels;
  ParallelRanges(ctx, plan.rows, (x.elements() + y.elements()) * 4, [&](int64_t first, int64_t last, int thread) {
    const kernels::ScopedCanonical canonical(true);
    RowTaps<float> taps(ctx, plan, thread);
    float* const numbers = taps.sums + width.in * plan.channels;
    float* const results = numbers + width.in * plan.channels;
    for (int64_t row = first; row < last; ++row) {
      (void)taps.MoveTo(row);  // every row is inside: PrepareResize refuses regions
      SumRowsI8(plan, view, taps, x.as<int8_t>(), q.zero_in, numbers);
      kernels::RunResampleRowF32({static_cast<size_t>(width.out), static_cast<size_t>(width.taps),
                                  static_cast<size_t>(plan.channels), table.index, table.weight, taps.sums,
                                  static_cast<size_t>(plan.channels), results, static_cast<size_t>(plan.channels)});
      int8_t* out = y.as<int8_t>() + row * view.out_pitch;
      for (int64_t p = 0; p < pixels; ++p) {
        kernels::ScaleF32ToI8(q.scale, static_cast<size_t>(n), results + p * n, out + p * view.out_step);
      }
    }
  });
}

// --- Sums of all other types, in double ---

void SumRowsWide(const ResizePlan& plan, const View& view, const RowTaps<double>& taps, const TensorSlot& x) {
  Wide block[kWideBlock];
  for (int64_t k = 0; k < plan.row_taps; ++k) {
    double weight;
    const int64_t row = taps.At(k, &weight) * view.in_pitch;
    for (int64_t p = 0; p < plan.width().in; ++p) {
      for (int64_t c = 0; c < plan.channels; c += kWideBlock) {
        const int64_t n = plan.channels - c < int64_t{kWideBlock} ? plan.channels - c : int64_t{kWideBlock};
        double* sums = taps.sums + p * plan.channels + c;
        Widen(x.type, x.data, row + p * view.in_step + c, static_cast<size_t>(n), WideKind::kReal, block);
        for (int64_t i = 0; i < n; ++i) sums[i] = (k == 0 ? 0 : sums[i]) + (weight == 0 ? 0 : weight * block[i].f);
      }
    }
  }
}

// A sum as an integer type holds it; what rounding took from a whole number is given back before the rest is cut off.
double Whole(ElementType type, WideKind kind, double sum) {
  const Wide lowest = LowestInteger(type), highest = HighestInteger(type);
  const double lo = kind == WideKind::kSigned ? static_cast<double>(lowest.i) : 0;
  const double hi = kind == WideKind::kSigned ? static_cast<double>(highest.i) : static_cast<double>(highest.u);
  return std::fmin(std::fmax(sum + std::copysign(0x1p-24, sum), lo), hi);
}

// One output row, from element `first` on.
void ResampleWide(const ResizePlan& plan, const View& view, const WidthTable<double>& table, const double* sums,
                  int64_t first, const TensorSlot& y) {
  const int64_t taps = plan.width().taps, channels = plan.channels;
  const bool dense = view.out_step == channels;
  const int64_t length = dense ? plan.width().out * channels : channels;
  const int64_t segments = dense ? 1 : plan.width().out;
  const WideKind kind = WideKindOf(y.type);
  Wide block[kWideBlock];
  for (int64_t s = 0; s < segments; ++s) {
    for (int64_t i = 0; i < length; i += kWideBlock) {
      const int64_t n = length - i < int64_t{kWideBlock} ? length - i : int64_t{kWideBlock};
      for (int64_t j = 0; j < n; ++j) {
        const int64_t p = (s * length + i + j) / channels, c = (s * length + i + j) % channels;
        double sum = 0;
        for (int64_t t = p * taps; t < (p + 1) * taps; ++t) {
          if (table.weight[t] != 0) sum += table.weight[t] * sums[table.index[t] * channels + c];
        }
        block[j].f = kind == WideKind::kReal ? sum : Whole(y.type, kind, sum);
      }
      Narrow(y.type, block, WideKind::kReal, first + s * view.out_step + i, static_cast<size_t>(n), y.data);
    }
  }
}

void EvalWide(OpContext& ctx, const ResizePlan& plan, const View& view) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const WidthTable<double> table(ctx, plan);
  // Elements of less than a byte share bytes and stay with one thread.
  const int64_t bytes = ElementBits(y.type) < 8 ? 0 : (x.elements() + y.elements()) * 8;
  ParallelRanges(ctx, plan.rows, bytes, [&](int64_t first, int64_t last, int thread) {
    RowTaps<double> taps(ctx, plan, thread);
    for (int64_t row = first; row < last; ++row) {
      if (!taps.MoveTo(row)) {
        Extrapolate(ctx, row * view.out_pitch, view.out_step, plan.width().out, plan.channels);
        continue;
      }
      SumRowsWide(plan, view, taps, x);
      ResampleWide(plan, view, table, taps.sums, row * view.out_pitch, y);
      ExtrapolateOutside(ctx, plan, table, row * view.out_pitch, view.out_step);
    }
  });
}

}  // namespace

bool MovesElements(const ResizePlan& plan, ElementType type) {
  return plan.rule.mode == format::ResizeMode::Nearest && ElementBits(type) % 8 == 0;
}

void RequestRowScratch(OpContext& ctx, const ResizePlan& plan, bool quantized) {
  if (quantized) {
    const size_t rows = SaturatingMultiply(I8Floats(plan), sizeof(float));
    return ctx.RequestScratch(TableBytes<float>(plan), SaturatingAdd(ThreadBytes<float>(plan, true), rows));
  }
  const bool moved = MovesElements(plan, ctx.input(0).type);
  if (moved || ctx.input(0).type == ElementType::kFloat32) {
    ctx.RequestScratch(TableBytes<float>(plan), ThreadBytes<float>(plan, !moved));
  } else {
    ctx.RequestScratch(TableBytes<double>(plan), ThreadBytes<double>(plan, true));
  }
}

void ResizeRows(OpContext& ctx, const ResizePlan& plan) {
  const TensorSlot& x = ctx.input(0);
  const View view = ViewOf(plan, x, ctx.output(0));
  if (MovesElements(plan, x.type)) {
    EvalNearest(ctx, plan, view);
  } else if (x.type == ElementType::kFloat32) {
    EvalF32(ctx, plan, view);
  } else {
    EvalWide(ctx, plan, view);
  }
}

void ResizeRowsI8(OpContext& ctx, const ResizePlan& plan, const QuantizedResize& quantized) {
  EvalI8(ctx, plan, ViewOf(plan, ctx.input(0), ctx.output(0)), quantized);
}

}  // namespace linnet::ops
