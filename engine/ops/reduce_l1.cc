// y = the sum of |x|; 0 over nothing. Integers wrap around. Any number type.
#include <cmath>

#include "engine/ops/binary_common.h"
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + std::fabs(x); }
int64_t Integer(int64_t a, int64_t x) { return x < 0 ? WrapSub(a, x) : WrapAdd(a, x); }
uint64_t Natural(uint64_t a, uint64_t x) { return a + x; }

constexpr ReduceOp kReduce = {
    kNumbers, ReduceStart::kZero, Real, Integer, Natural, kernels::SumAbsRowF32, kernels::SumAbsColumnsF32};

}  // namespace

const OpDef kReduceL1 = ReduceOpDef<kReduce>(format::OpCode::ReduceL1, "ReduceL1");

}  // namespace linnet::ops
