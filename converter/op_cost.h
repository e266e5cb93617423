// What an op must do at least: operations and bytes, from its shapes. With the peak of a processor that is its roof.
#ifndef LINNET_CONVERTER_OP_COST_H_
#define LINNET_CONVERTER_OP_COST_H_

#include "engine/prepared.h"

namespace linnet::converter {

struct OpCost {
  double operations = 0;  // a multiply-add is two; of ops that are no products, one an output element
  double bytes = 0;       // its inputs, weights and outputs, once each
  bool int8 = false;      // the operations are on bytes
};

// Direct convolution is counted: what an algorithm saves (Winograd) shows as more than the roof. Sizes that are known
// during the run only count as nothing.
OpCost CostOf(const Step& step, const Array<TensorSlot>& slots);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_OP_COST_H_
