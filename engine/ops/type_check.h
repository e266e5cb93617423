// Sets of element types that an op takes, by the kind they widen to.
#ifndef LINNET_ENGINE_OPS_TYPE_CHECK_H_
#define LINNET_ENGINE_OPS_TYPE_CHECK_H_

#include "engine/op.h"
#include "engine/widen.h"

namespace linnet::ops {

inline bool IsByte(ElementType type) { return type == ElementType::kInt8 || type == ElementType::kUint8; }

enum TypeMask : uint8_t {
  kReals = 1,
  kSigneds = 2,
  kUnsigneds = 4,  // without bool
  kBools = 8,
  kIntegers = kSigneds | kUnsigneds,
  kNumbers = kReals | kIntegers,
  kAllTypes = kNumbers | kBools,
};

// The one bit of `type`; 0 if it is no number.
uint8_t TypeMaskOf(ElementType type);

// For Prepare: checks that the type of input i is in `mask`.
Status ExpectTypes(OpContext& ctx, int i, uint8_t mask);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_TYPE_CHECK_H_
