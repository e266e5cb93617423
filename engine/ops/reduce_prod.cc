// y = the product of x; 1 over nothing. Integers wrap around. Any number type.
#include "engine/ops/binary_common.h"
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a * x; }
int64_t Integer(int64_t a, int64_t x) { return WrapMul(a, x); }
uint64_t Natural(uint64_t a, uint64_t x) { return a * x; }

constexpr ReduceOp kReduce = {
    kNumbers, ReduceStart::kOne, Real, Integer, Natural, kernels::ProdRowF32, kernels::ProdColumnsF32};

}  // namespace

const OpDef kReduceProd = ReduceOpDef<kReduce>(format::OpCode::ReduceProd, "ReduceProd");

}  // namespace linnet::ops
