#include "kernels/binary_i8.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_EXACT_VARIANTS(AddI8);
LINNET_EXACT_VARIANTS(MulI8);

void AddI8(const BinaryI8Args& args) { LINNET_DISPATCH(AddI8)(args); }
void MulI8(const BinaryI8Args& args) { LINNET_DISPATCH(MulI8)(args); }

}  // namespace linnet::kernels
