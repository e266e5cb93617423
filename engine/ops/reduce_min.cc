// y = the smallest x; over nothing infinity, or the highest value of the type. NaN gives NaN. Any type.
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a != a || a < x ? a : x; }
int64_t Integer(int64_t a, int64_t x) { return a < x ? a : x; }
uint64_t Natural(uint64_t a, uint64_t x) { return a < x ? a : x; }

constexpr ReduceOp kReduce = {kAllTypes,          ReduceStart::kHighest, Real, Integer, Natural,
                              kernels::MinRowF32, kernels::MinColumnsF32};

}  // namespace

const OpDef kReduceMin = ReduceOpDef<kReduce>(format::OpCode::ReduceMin, "ReduceMin");

}  // namespace linnet::ops
