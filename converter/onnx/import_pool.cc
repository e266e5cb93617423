// Pooling over [n, spatial..., c], and the global forms as reductions over the spatial axes.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

Status ReadPool(ImportContext& ctx, format::PoolT* pool) {
  pool->kernel = ctx.Ints("kernel_shape");
  if (pool->kernel.empty()) return ctx.Invalid("attribute 'kernel_shape' is missing");
  pool->strides = ctx.Ints("strides");
  pool->dilations = ctx.Ints("dilations");
  pool->pads = ctx.Ints("pads");
  pool->ceil_mode = ctx.Bool("ceil_mode", false);
  pool->count_include_pad = ctx.Bool("count_include_pad", false);
  pool->storage_order = ctx.Int("storage_order", 0);
  const size_t spatial = pool->kernel.size();
  if (pool->strides.empty()) pool->strides.assign(spatial, 1);
  if (pool->dilations.empty()) pool->dilations.assign(spatial, 1);
  if (pool->pads.empty()) pool->pads.assign(2 * spatial, 0);
  if (pool->strides.size() != spatial || pool->dilations.size() != spatial || pool->pads.size() != 2 * spatial) {
    return ctx.Invalid("strides, dilations or pads do not fit the %zu dimensions of kernel_shape", spatial);
  }
  const std::string auto_pad = ctx.String("auto_pad", "NOTSET");
  if (auto_pad == "SAME_UPPER") pool->auto_pad = format::AutoPad::SameUpper;
  if (auto_pad == "SAME_LOWER") pool->auto_pad = format::AutoPad::SameLower;
  if (auto_pad == "VALID") pool->auto_pad = format::AutoPad::Valid;
  // LpPool's p was a float in opset 1.
  const AttributeProto* p = ctx.Find("p");
  if (p != nullptr) pool->p = p->type == AttributeType::kFloat ? static_cast<int>(p->f) : ctx.Int("p", 2);
  return {};
}

std::vector<int> SpatialAxes(int rank) {
  std::vector<int> axes;
  for (int axis = 1; axis < rank - 1; ++axis) axes.push_back(axis);
  return axes;
}

}  // namespace

Status ImportPool(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::PoolT pool;
  LINNET_RETURN_IF_ERROR(ReadPool(ctx, &pool));
  const int rank = static_cast<int>(pool.kernel.size()) + 2;
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), rank);
  const std::vector<bool> present = ctx.HasOutput(1) ? std::vector<bool>{true, true} : std::vector<bool>{true};
  const Values outputs = ctx.EmitMany(ctx.op(), {x}, present, std::move(pool));
  for (size_t i = 0; i < outputs.size(); ++i) {
    ctx.SetOutput(static_cast<int>(i), ctx.ToChannelsFirst(outputs[i], rank));
  }
  return {};
}

Status ImportGlobalPool(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank < 3) return ctx.Invalid("the input has rank %d, expected at least 3", rank);
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), rank);
  ctx.SetOutput(0, ctx.ToChannelsFirst(ctx.Reduce(ctx.op(), x, SpatialAxes(rank)), rank));
  return {};
}

// y = (sum |x|^p)^(1/p)
Status ImportGlobalLpPool(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const AttributeProto* attribute = ctx.Find("p");
  const bool old_float = attribute != nullptr && attribute->type == AttributeType::kFloat;
  const double p = old_float ? attribute->f : ctx.Int("p", 2);
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank < 3 || p == 0) return ctx.Invalid("p is %g and the input has rank %d", p, rank);
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), rank);
  ValueId y = kNoValue;
  if (p == 1 || p == 2) {
    y = ctx.Reduce(p == 1 ? OpCode::ReduceL1 : OpCode::ReduceL2, x, SpatialAxes(rank));
  } else {
    ValueId power = kNoValue, root = kNoValue;
    LINNET_RETURN_IF_ERROR(ctx.ScalarLike(p, x, &power));
    LINNET_RETURN_IF_ERROR(ctx.ScalarLike(1 / p, x, &root));
    const ValueId powers = ctx.Emit(OpCode::Pow, {ctx.Emit(OpCode::Abs, {x}), power});
    y = ctx.Emit(OpCode::Pow, {ctx.Reduce(OpCode::ReduceSum, powers, SpatialAxes(rank)), root});
  }
  ctx.SetOutput(0, ctx.ToChannelsFirst(y, rank));
  return {};
}

// Places the values of x at the flat indices that MaxPool gave, in zeros of the output's shape.
Status ImportMaxUnpool(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  ValueId output_shape = ctx.Input(2);
  if (!ctx.HasInput(2)) {
    Shape shape;
    format::PoolT pool;
    LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(0), &shape));
    LINNET_RETURN_IF_ERROR(ReadPool(ctx, &pool));
    const int spatial = static_cast<int>(pool.kernel.size());
    if (spatial + 2 != shape.rank())
      return ctx.Invalid("kernel_shape has %d entries for rank %d", spatial, shape.rank());
    std::vector<int64_t> sizes(shape.begin(), shape.end());
    for (int i = 0; i < spatial; ++i) {
      sizes[2 + i] = (sizes[2 + i] - 1) * pool.strides[i] + pool.kernel[i] - pool.pads[i] - pool.pads[spatial + i];
    }
    output_shape = ctx.IntsConstant(sizes);
  }
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  format::ConstantOfShapeT zeros;
  zeros.type = static_cast<format::ElementType>(type);
  const ValueId count = ctx.Reduce(OpCode::ReduceProd, output_shape, {0});
  const ValueId flat = ctx.Emit(OpCode::ConstantOfShape, {count}, std::move(zeros));
  const ValueId filled =
      ctx.Emit(OpCode::ScatterElements, {flat, ctx.Reshape(ctx.Input(1), {-1}), ctx.Reshape(ctx.Input(0), {-1})});
  ctx.SetOutput(0, ctx.Emit(OpCode::Reshape, {filled, output_shape}));
  return {};
}

}  // namespace linnet::converter::onnx
