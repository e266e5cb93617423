// y = a b, int8, each with its own scale and zero point; the activation clamps. See kernels/int8.md.
#include "engine/ops/q_binary_common.h"

namespace linnet::ops {
namespace {

QBinaryMultipliers Multipliers(double a, double b, double y) { return {a * b / y, 0}; }

constexpr QBinaryOp kBinary = {Multipliers, kernels::MulI8};

}  // namespace

const OpDef kQMul = QBinaryOpDef<kBinary>(format::OpCode::QMul, "QMul");

}  // namespace linnet::ops
