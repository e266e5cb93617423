#include "engine/ops/group_norm_common.h"

#include <cmath>

#include "engine/activation.h"
#include "engine/broadcast.h"
#include "engine/ops/type_check.h"
#include "kernels/norm_f32.h"
#include "kernels/reduce_f32.h"

namespace linnet::ops {
namespace {

// Whole groups that one task takes: about this many channels, so that it reads whole stretches of rows.
constexpr int64_t kChannels = 64;

struct Geometry {
  int64_t images, pixels, channels, per_group, block;  // block: channels of a task
};

Geometry GeometryOf(const TensorSlot& x, int64_t groups) {
  Geometry g;
  g.images = x.shape[0];
  g.channels = x.shape.back();
  g.pixels = x.shape.Product(1, x.rank() - 1);
  g.per_group = groups > 0 ? g.channels / groups : 1;
  g.block = g.per_group >= kChannels || g.per_group == 0 ? g.per_group : kChannels / g.per_group * g.per_group;
  return g;
}

// `channels` channels of one image from element `first` of x on, `channel` the first of them.
struct Task {
  int64_t first, channel, channels;
};

// values[c] = the sum of `values` over c's group / count, for all channels of the task.
template <typename T>
void AverageGroups(const Geometry& g, const Task& task, T* values) {
  const double count = static_cast<double>(g.pixels) * static_cast<double>(g.per_group);
  for (int64_t c = 0; c < task.channels; c += g.per_group) {
    double sum = 0;
    for (int64_t i = 0; i < g.per_group; ++i) sum += static_cast<double>(values[c + i]);
    for (int64_t i = 0; i < g.per_group; ++i) values[c + i] = static_cast<T>(sum / count);
  }
}

// Turns mean and variance into factor and shift: y = x * factor + shift.
template <typename T>
void Finish(OpContext& ctx, const Geometry& g, const Task& task, T* mean, T* variance) {
  const double epsilon = static_cast<double>(ctx.attrs<format::Norm>()->epsilon());
  const auto parameter = [&](int i, int64_t c) {
    const TensorSlot& slot = ctx.input(i);
    Wide value;
    Widen(slot.type, slot.data, slot.elements() == g.channels ? c : c / g.per_group, 1, WideKind::kReal, &value);
    return value.f;
  };
  for (int64_t c = 0; c < task.channels; ++c) {
    const double factor = parameter(1, task.channel + c) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    const double shift = parameter(2, task.channel + c) - static_cast<double>(mean[c]) * factor;
    variance[c] = static_cast<T>(factor);
    mean[c] = static_cast<T>(shift);
  }
}

void RunF32(OpContext& ctx, const Geometry& g, const Task& task, const kernels::Activation& activation, float* mean) {
  const size_t n = static_cast<size_t>(task.channels), rows = static_cast<size_t>(g.pixels);
  const size_t stride = static_cast<size_t>(g.channels);
  float* variance = mean + g.block;
  const float* x = ctx.input(0).as<float>() + task.first;
  float* y = ctx.output(0).as<float>() + task.first;
  kernels::SumColumnsF32(rows, n, x, stride, mean);
  AverageGroups(g, task, mean);
  kernels::SumSquaredDeviationsColumnsF32(rows, n, x, stride, mean, variance);
  AverageGroups(g, task, variance);
  Finish(ctx, g, task, mean, variance);
  kernels::ScaleShiftF32({rows, n, x, stride, /*scale=*/variance, /*shift=*/mean, y, stride});
  if (activation.kind == kernels::ActivationKind::kNone) return;
  for (size_t r = 0; r < rows; ++r) kernels::ApplyActivationF32(activation, n, y + r * stride, y + r * stride);
}

// body(channel of the task, n, values, element of x) for all elements, in blocks.
template <typename Body>
void ForEachBlock(const TensorSlot& x, const Geometry& g, const Task& task, const Body& body) {
  Wide values[kWideBlock];
  for (int64_t r = 0; r < g.pixels; ++r) {
    for (int64_t c = 0; c < task.channels; c += kWideBlock) {
      const int64_t left = task.channels - c, n = left < static_cast<int64_t>(kWideBlock) ? left : kWideBlock;
      const int64_t first = task.first + r * g.channels + c;
      Widen(x.type, x.data, first, static_cast<size_t>(n), WideKind::kReal, values);
      body(c, n, values, first);
    }
  }
}

void RunWideTask(OpContext& ctx, const Geometry& g, const Task& task, const kernels::Activation& activation,
                 double* mean) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  double* variance = mean + g.block;
  for (int64_t c = 0; c < task.channels; ++c) mean[c] = variance[c] = 0;
  ForEachBlock(x, g, task, [&](int64_t c, int64_t n, const Wide* values, int64_t) {
    for (int64_t i = 0; i < n; ++i) mean[c + i] += values[i].f;
  });
  AverageGroups(g, task, mean);
  ForEachBlock(x, g, task, [&](int64_t c, int64_t n, const Wide* values, int64_t) {
    for (int64_t i = 0; i < n; ++i) variance[c + i] += (values[i].f - mean[c + i]) * (values[i].f - mean[c + i]);
  });
  AverageGroups(g, task, variance);
  Finish(ctx, g, task, mean, variance);
  ForEachBlock(x, g, task, [&](int64_t c, int64_t n, Wide* values, int64_t first) {
    for (int64_t i = 0; i < n; ++i) values[i].f = values[i].f * variance[c + i] + mean[c + i];
    ApplyActivationWide(activation, static_cast<size_t>(n), values);
    Narrow(y.type, values, WideKind::kReal, first, static_cast<size_t>(n), y.data);
  });
}

}  // namespace

Status PrepareGroupNorm(OpContext& ctx, int64_t groups, bool per_group) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/3, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const TensorSlot& x = ctx.input(0);
  if (x.rank() < 2) return ctx.Invalid("x is %s, expected [n, spatial..., c]", ctx.Describe(0));
  const int64_t channels = x.shape.back();
  if (groups < 0 || (groups == 0 && channels > 0) || (groups > 0 && channels % groups != 0)) {
    return ctx.Invalid("%lld channels in %lld groups", static_cast<long long>(channels),
                       static_cast<long long>(groups));
  }
  for (int i = 1; i < 3; ++i) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
    const TensorSlot& parameter = ctx.input(i);
    const bool fits = parameter.elements() == channels || (per_group && parameter.elements() == groups);
    if (parameter.rank() != 1 || !fits) {
      return ctx.Invalid("input %d is %s, expected one value per channel of x %s", i, ctx.Describe(i, 1),
                         ctx.Describe(0, 0));
    }
  }
  LINNET_RETURN_IF_ERROR(CheckActivation(ctx, ctx.attrs<format::Norm>()->activation(), x.type));
  ctx.RequestScratch(0, 2 * static_cast<size_t>(GeometryOf(x, groups).block) * sizeof(double));
  return ctx.SetOutput(0, x.type, x.shape);
}

Status EvalGroupNorm(OpContext& ctx, int64_t groups) {
  const TensorSlot& x = ctx.input(0);
  if (x.elements() == 0) return Status();
  const Geometry g = GeometryOf(x, groups);
  const kernels::Activation activation = ToKernel(ctx.attrs<format::Norm>()->activation());
  const int64_t blocks = (g.channels + g.block - 1) / g.block;
  const auto run = [&](size_t index, int thread) {
    const int64_t image = static_cast<int64_t>(index) / blocks, c = static_cast<int64_t>(index) % blocks * g.block;
    const Task task = {image * g.pixels * g.channels + c, c, g.channels - c < g.block ? g.channels - c : g.block};
    void* scratch = ctx.thread_scratch(thread);
    if (x.type == ElementType::kFloat32) {
      RunF32(ctx, g, task, activation, static_cast<float*>(scratch));
    } else {
      RunWideTask(ctx, g, task, activation, static_cast<double*>(scratch));
    }
  };
  const size_t tasks = static_cast<size_t>(g.images * blocks);
  if (ctx.threads() > 1 && ElementBits(x.type) >= 8 && x.elements() >= kParallelElements) {
    ctx.Parallel(tasks, run);
  } else {
    for (size_t i = 0; i < tasks; ++i) run(i, 0);
  }
  return Status();
}

}  // namespace linnet::ops
