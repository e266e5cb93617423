// Declares every op of op_list.inc.
#ifndef LINNET_ENGINE_OPS_OPS_H_
#define LINNET_ENGINE_OPS_OPS_H_

#include "engine/op.h"

namespace linnet::ops {

#define LINNET_OP(name) extern const OpDef k##name;
#include "engine/op_list.inc"
#undef LINNET_OP

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_OPS_H_
