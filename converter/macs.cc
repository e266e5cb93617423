#include "converter/macs.h"

#include <algorithm>

namespace linnet::converter {
namespace {

int64_t Saturated(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

}  // namespace

int64_t StepMacs(const Step& step, const Array<TensorSlot>& slots) {
  const auto slot = [&](int index) -> const TensorSlot& { return slots[static_cast<size_t>(index)]; };
  switch (step.def->code) {
    case format::OpCode::QConv2D:
    case format::OpCode::Conv2D: {
      const Shape& weight = slot(step.op->inputs()->Get(1)).shape;  // [N, kh, kw, c / group]
      return Saturated(slot(step.op->outputs()->Get(0)).elements(), weight.Product(1, weight.rank()));
    }
    case format::OpCode::QDepthwiseConv2D:
    case format::OpCode::DepthwiseConv2D: {
      const Shape& weight = slot(step.op->inputs()->Get(1)).shape;  // [kh, kw, c]
      return Saturated(slot(step.op->outputs()->Get(0)).elements(), weight.Product(0, weight.rank() - 1));
    }
    case format::OpCode::QConvTranspose2D:
    case format::OpCode::ConvTranspose2D: {
      const Shape& weight = slot(step.op->inputs()->Get(1)).shape;  // [group * N, kh, kw, c / group]
      const int64_t group = std::max(step.op->attrs_as_ConvTranspose2D()->group(), 1);
      return Saturated(slot(step.op->inputs()->Get(0)).elements(), weight.Product(0, 3) / group);
    }
    case format::OpCode::QMatMul:
    case format::OpCode::MatMul: {
      const Shape& a = slot(step.op->inputs()->Get(0)).shape;  // [..., M, K], or [..., M, heads * K]
      const int64_t heads = std::max(step.op->attrs_as_MatMul()->a_heads(), 1);
      return Saturated(slot(step.op->outputs()->Get(0)).elements(), a.back() / heads);
    }
    default:
      return 0;
  }
}

int64_t CountMacs(const Prepared& prepared) {
  int64_t macs = 0;
  for (const Step& step : prepared.steps) {
    if (step.folded || step.deferred) continue;
    if (__builtin_add_overflow(macs, StepMacs(step, prepared.slots), &macs)) return INT64_MAX;
  }
  return macs;
}

}  // namespace linnet::converter
