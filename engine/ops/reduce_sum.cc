// y = the sum of x; 0 over nothing. Integers wrap around. Any number type.
#include "engine/ops/binary_common.h"
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + x; }
int64_t Integer(int64_t a, int64_t x) { return WrapAdd(a, x); }
uint64_t Natural(uint64_t a, uint64_t x) { return a + x; }

constexpr ReduceOp kReduce = {kNumbers,           ReduceStart::kZero,    Real, Integer, Natural,
                              kernels::SumRowF32, kernels::SumColumnsF32};

}  // namespace

const OpDef kReduceSum = ReduceOpDef<kReduce>(format::OpCode::ReduceSum, "ReduceSum");

}  // namespace linnet::ops
