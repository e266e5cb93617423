// y = sqrt(the sum of x^2); 0 over nothing. Integers are computed as reals and truncated. Any number type.
#include <cmath>

#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + x * x; }
double Finish(double a, double) { return std::sqrt(a); }

constexpr ReduceOp kReduce = {
    kNumbers, ReduceStart::kZero, Real, nullptr, nullptr, kernels::SumSquaresRowF32, kernels::SumSquaresColumnsF32,
    Finish};

}  // namespace

const OpDef kReduceL2 = ReduceOpDef<kReduce>(format::OpCode::ReduceL2, "ReduceL2");

}  // namespace linnet::ops
