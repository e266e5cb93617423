#include "engine/ops/weighted_rows.h"

namespace linnet::ops {

double RealAt(const TensorSlot& slot, int64_t k) {
  Wide value;
  Widen(slot.type, slot.data, k, 1, WideKind::kReal, &value);
  return value.f;
}

void AddRow(const TensorSlot& x, int64_t first, double weight, size_t n, double* sum) {
  if (x.type == ElementType::kFloat32) {
    const float* row = x.as<float>() + first;
    for (size_t i = 0; i < n; ++i) sum[i] += weight * static_cast<double>(row[i]);
    return;
  }
  Wide row[kWideBlock];
  Widen(x.type, x.data, first, n, WideKind::kReal, row);
  for (size_t i = 0; i < n; ++i) sum[i] += weight * row[i].f;
}

void StoreRow(const TensorSlot& y, int64_t first, size_t n, const double* sum) {
  if (y.type == ElementType::kFloat32) {
    for (size_t i = 0; i < n; ++i) y.as<float>()[static_cast<size_t>(first) + i] = static_cast<float>(sum[i]);
    return;
  }
  Wide row[kWideBlock];
  for (size_t i = 0; i < n; ++i) row[i].f = sum[i];
  Narrow(y.type, row, WideKind::kReal, first, n, y.data);
}

}  // namespace linnet::ops
