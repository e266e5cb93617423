#include "engine/ops/type_check.h"

namespace linnet::ops {

uint8_t TypeMaskOf(ElementType type) {
  if (type == ElementType::kBool) return kBools;
  switch (WideKindOf(type)) {
    case WideKind::kReal:
      return kReals;
    case WideKind::kSigned:
      return kSigneds;
    case WideKind::kUnsigned:
      return kUnsigneds;
    case WideKind::kNone:
      break;
  }
  return 0;
}

Status ExpectTypes(OpContext& ctx, int i, uint8_t mask) {
  if ((TypeMaskOf(ctx.input(i).type) & mask) != 0) return Status();
  return ctx.Unsupported("input %d is %s; it takes%s%s%s%s types", i, ctx.Describe(i),
                         (mask & kReals) != 0 ? " floating-point" : "", (mask & kSigneds) != 0 ? " signed" : "",
                         (mask & kUnsigneds) != 0 ? " unsigned" : "", (mask & kBools) != 0 ? " bool" : "");
}

}  // namespace linnet::ops
