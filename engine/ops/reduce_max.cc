// y = the largest x; over nothing -infinity, or the lowest value of the type. NaN gives NaN. Any type.
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double x) { return a != a || a > x ? a : x; }
int64_t Integer(int64_t a, int64_t x) { return a > x ? a : x; }
uint64_t Natural(uint64_t a, uint64_t x) { return a > x ? a : x; }

constexpr ReduceOp kReduce = {kAllTypes,          ReduceStart::kLowest,  Real, Integer, Natural,
                              kernels::MaxRowF32, kernels::MaxColumnsF32};

}  // namespace

const OpDef kReduceMax = ReduceOpDef<kReduce>(format::OpCode::ReduceMax, "ReduceMax");

}  // namespace linnet::ops
