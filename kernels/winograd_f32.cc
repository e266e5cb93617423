#include "kernels/winograd_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(PlanWinogradF32);

WinogradPlanF32 PlanWinogradF32(const WinogradF32& w, int threads) {
  return LINNET_DISPATCH(PlanWinogradF32)(w, threads);
}

// Counts multiplications and, for each value that a transform makes, what it costs in multiplications that are done as
// part of a product (measured, see README.md). A filter's values cost more: they are written to memory and read again.
bool WinogradGainsF32(const WinogradF32& w) {
  constexpr double kTransform = 4, kFilterTransform = 6, kMargin = 1.1;
  if (w.channels < 16 || w.n < 16) return false;
  const double c = static_cast<double>(w.channels), n = static_cast<double>(w.n);
  const double tiles = static_cast<double>(w.batch * ((w.out_h + 3) / 4) * ((w.out_w + 3) / 4));
  const double direct = static_cast<double>(w.batch * w.out_h * w.out_w) * 9 * c * n;
  const double winograd = 36 * (tiles * c * n + kTransform * tiles * (c + n) + kFilterTransform * c * n);
  return winograd * kMargin < direct;
}

}  // namespace linnet::kernels
