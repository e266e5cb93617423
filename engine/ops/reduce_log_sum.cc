// y = log(the sum of x); -infinity over nothing. Integers are computed as reals and truncated. Any number type.
#include <cmath>

#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + x; }
double Finish(double a, double) { return std::log(a); }

constexpr ReduceOp kReduce = {kNumbers,           ReduceStart::kZero,     Real,  nullptr, nullptr,
                              kernels::SumRowF32, kernels::SumColumnsF32, Finish};

}  // namespace

const OpDef kReduceLogSum = ReduceOpDef<kReduce>(format::OpCode::ReduceLogSum, "ReduceLogSum");

}  // namespace linnet::ops
