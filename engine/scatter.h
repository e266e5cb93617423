// What ScatterElements and ScatterND share: the reduction of updates into the output.
#ifndef LINNET_ENGINE_SCATTER_H_
#define LINNET_ENGINE_SCATTER_H_

#include "engine/data_movement.h"

namespace linnet {

// As format::Scatter.reduction counts.
enum class Reduction : uint8_t { kNone = 0, kAdd = 1, kMul = 2, kMax = 3, kMin = 4 };

// Checks data (input 0), indices (1) and updates (2) but their shapes, and the reduction; sets the output.
Status PrepareScatter(OpContext& ctx);

// Copies data to the output, where it does not lie there already.
void CopyData(OpContext& ctx);

// out[first + i] = reduce(out[first + i], updates[from + i]) for i in [0, n). NaN wins over any number in kMax and
// kMin.
void ReduceInto(Reduction reduction, const TensorSlot& out, int64_t first, const TensorSlot& updates, int64_t from,
                int64_t n);

}  // namespace linnet

#endif  // LINNET_ENGINE_SCATTER_H_
