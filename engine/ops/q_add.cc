// y = a + b, int8, each with its own scale and zero point; the activation clamps. See kernels/int8.md.
#include "engine/ops/q_binary_common.h"

namespace linnet::ops {
namespace {

QBinaryMultipliers Multipliers(double a, double b, double y) { return {a / y, b / y}; }

constexpr QBinaryOp kBinary = {Multipliers, kernels::AddI8};

}  // namespace

const OpDef kQAdd = QBinaryOpDef<kBinary>(format::OpCode::QAdd, "QAdd");

}  // namespace linnet::ops
