// y = the mean of x along some axes, for int8 with a scale and a zero point of x and of y: an exact sum and one
// multiplication by scale_x / (scale_y * count). The zero point of y over nothing. See kernels/int8.md.
#include "engine/broadcast.h"
#include "engine/ops/quantized_tensor.h"
#include "engine/ops/reduce_common.h"
#include "kernels/pool_i8.h"

namespace linnet::ops {
namespace {

constexpr int64_t kMostElements = 1 << 23;  // of a sum: more could overflow 32 bits
constexpr int kWindowDims = 3;

// The groups of the plan apart: reduced and kept ones, outermost first, with their strides in x.
struct Groups {
  int reduced = 0, kept = 0;
  int64_t reduced_size[ReducePlan::kMax], reduced_stride[ReducePlan::kMax];
  int64_t kept_size[ReducePlan::kMax], kept_stride[ReducePlan::kMax];

  explicit Groups(const ReducePlan& plan) {
    int64_t strides[ReducePlan::kMax], stride = 1;
    for (int g = plan.groups - 1; g >= 0; --g) {
      strides[g] = stride;
      stride *= plan.sizes[g];
    }
    for (int g = 0; g < plan.groups; ++g) {
      if (plan.reduced[g]) {
        reduced_size[reduced] = plan.sizes[g];
        reduced_stride[reduced++] = strides[g];
      } else {
        kept_size[kept] = plan.sizes[g];
        kept_stride[kept++] = strides[g];
      }
    }
  }
};

// Where the elements of output block `index` start, over the first `count` kept groups.
int64_t OffsetOf(const Groups& groups, int count, int64_t index) {
  int64_t offset = 0;
  for (int g = count - 1; g >= 0; --g) {
    offset += index % groups.kept_size[g] * groups.kept_stride[g];
    index /= groups.kept_size[g];
  }
  return offset;
}

double RatioOf(const Affine& x, const Affine& y, int64_t count) {
  return static_cast<double>(x.scale) / (static_cast<double>(y.scale) * static_cast<double>(count > 0 ? count : 1));
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PrepareReduce(ctx, kSigneds));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  const ReducePlan& plan = *ctx.state<ReducePlan>();
  const Groups groups(plan);
  if (groups.reduced > kWindowDims) return ctx.Unsupported("more than %d separate runs of axes", kWindowDims);
  if (plan.count > kMostElements) {
    return ctx.Unsupported("a mean over %lld elements, at most %lld", static_cast<long long>(plan.count),
                           static_cast<long long>(kMostElements));
  }
  Affine x, y;
  float multiplier;
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.input(0), &x));
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.output(0), &y));
  return ReadMultiplier(ctx, RatioOf(x, y, plan.count), &multiplier);
}

// The mean of rows: the last group is reduced, x's elements of an output lie beside each other.
void RunRow(const Groups& groups, const int8_t* x, int64_t count, int32_t zero_in, const kernels::ScaleToI8& scale,
            int8_t* out) {
  const int64_t n = groups.reduced_size[groups.reduced - 1], runs = n > 0 ? count / n : 0;
  int64_t sum = -count * zero_in;
  for (int64_t r = 0; r < runs; ++r) {
    int64_t offset = 0, at = r;
    for (int g = groups.reduced - 2; g >= 0; --g) {
      offset += at % groups.reduced_size[g] * groups.reduced_stride[g];
      at /= groups.reduced_size[g];
    }
    sum += kernels::SumRowI8(static_cast<size_t>(n), x + offset).sum;
  }
  const float total = static_cast<float>(sum);
  kernels::ScaleF32ToI8(scale, 1, &total, out);
}

kernels::PoolWindow<int8_t> WindowOf(const Groups& groups, const int8_t* in) {
  kernels::PoolWindow<int8_t> window = {in, {1, 1, 1}, {0, 0, 0}};
  for (int g = 0; g < groups.reduced; ++g) {
    window.size[kWindowDims - groups.reduced + g] = static_cast<size_t>(groups.reduced_size[g]);
    window.step[kWindowDims - groups.reduced + g] = static_cast<size_t>(groups.reduced_stride[g]);
  }
  return window;
}

Status Eval(OpContext& ctx) {
  const ReducePlan& plan = *ctx.state<ReducePlan>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const Affine from = AffineOf(x), to = AffineOf(y);
  const Groups groups(plan);
  const kernels::ScaleToI8 scale = {static_cast<float>(RatioOf(from, to, plan.count)), to.zero_point, -128, 127};
  const bool rows = !plan.columns();
  const int outer = rows ? groups.kept : groups.kept - 1;
  const int64_t columns = rows ? 1 : groups.kept_size[outer];
  const int64_t tasks = columns > 0 ? plan.Product(false) / columns : 0;
  const auto run = [&](size_t index, int) {
    const int8_t* in = x.as<int8_t>() + OffsetOf(groups, outer, static_cast<int64_t>(index));
    int8_t* out = y.as<int8_t>() + static_cast<int64_t>(index) * columns;
    if (rows) return RunRow(groups, in, plan.count, from.zero_point, scale, out);
    kernels::AveragePoolI8(WindowOf(groups, in), static_cast<size_t>(columns), from.zero_point, scale, out);
  };
  if (ctx.threads() > 1 && x.elements() >= kParallelElements) {
    ctx.Parallel(static_cast<size_t>(tasks), run);
  } else {
    for (int64_t i = 0; i < tasks; ++i) run(static_cast<size_t>(i), 0);
  }
  return Status();
}

}  // namespace

const OpDef kQReduceMean = {format::OpCode::QReduceMean, "QReduceMean", format::OpAttrs::Reduce, Prepare, Eval,
                            kNoFlags};

}  // namespace linnet::ops
