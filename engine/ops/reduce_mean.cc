// y = the mean of x; NaN over nothing. Integers: towards zero, 0 over nothing. Any number type.
#include "engine/ops/binary_common.h"
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + x; }
int64_t Integer(int64_t a, int64_t x) { return WrapAdd(a, x); }
uint64_t Natural(uint64_t a, uint64_t x) { return a + x; }
double Finish(double a, double count) { return a / count; }

constexpr ReduceOp kReduce = {kNumbers,           ReduceStart::kZero,     Real,   Integer,      Natural,
                              kernels::SumRowF32, kernels::SumColumnsF32, Finish, /*mean=*/true};

}  // namespace

const OpDef kReduceMean = ReduceOpDef<kReduce>(format::OpCode::ReduceMean, "ReduceMean");

}  // namespace linnet::ops
