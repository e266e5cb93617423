// AllOps(): the ops of this build. In an object file of its own, so that an app that names its ops links no others.
#include "engine/ops/ops.h"

namespace linnet {
namespace {

// The null entry keeps the table valid while the list is empty.
const OpDef* const kOps[] = {
#define LINNET_OP(name) &ops::k##name,
#ifdef LINNET_SELECTED_OPS
#include "op_list_selected.inc"
#else
#include "engine/op_list.inc"
#endif
#undef LINNET_OP
    nullptr};

}  // namespace

OpList AllOps() { return {kOps, sizeof(kOps) / sizeof(kOps[0]) - 1}; }

}  // namespace linnet
