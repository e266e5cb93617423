// y = log(the sum of e^x), safe from overflow; -infinity over nothing. Integers are computed as reals and
// truncated. Any number type.
#include <cmath>

#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a + std::exp(x); }
double Finish(double a, double) { return std::log(a); }

constexpr ReduceOp kReduce = {kNumbers,       ReduceStart::kZero, Real, nullptr, nullptr, nullptr, nullptr, Finish,
                              /*mean=*/false, /*shifted=*/true};

}  // namespace

const OpDef kReduceLogSumExp = ReduceOpDef<kReduce>(format::OpCode::ReduceLogSumExp, "ReduceLogSumExp");

}  // namespace linnet::ops
