// y = the sum of x^2; 0 over nothing. Integers wrap around. Any number type.
#include "engine/ops/binary_common.h"
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + x * x; }
int64_t Integer(int64_t a, int64_t x) { return WrapAdd(a, WrapMul(x, x)); }
uint64_t Natural(uint64_t a, uint64_t x) { return a + x * x; }

constexpr ReduceOp kReduce = {
    kNumbers, ReduceStart::kZero, Real, Integer, Natural, kernels::SumSquaresRowF32, kernels::SumSquaresColumnsF32};

}  // namespace

const OpDef kReduceSumSquare = ReduceOpDef<kReduce>(format::OpCode::ReduceSumSquare, "ReduceSumSquare");

}  // namespace linnet::ops
