#include "kernels/winograd_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(PlanWinogradF32);

WinogradPlanF32 PlanWinogradF32(const WinogradF32& w, int threads) {
  return LINNET_DISPATCH(PlanWinogradF32)(w, threads);
}

// Counts multiplications and, for each value that a transform makes, what it costs in multiplications that are done as
// part of a product (measured, see README.md). A filter's values cost more: they are written to memory and read again.
WinogradCostF32 CostOfWinogradF32(const WinogradF32& w) {
  // Where units have 512 bits products are twice as fast, and what is written and read again is not.
  constexpr double kTransform = 4, kMargin = 1.1;
  const double filter_transform = IsaIncludes(CurrentIsa(), Isa::kAvx512) && HasWideUnits() ? 8 : 6;
  const double c = static_cast<double>(w.channels), n = static_cast<double>(w.n);
  const double tiles = static_cast<double>(w.batch * ((w.out_h + 3) / 4) * ((w.out_w + 3) / 4));
  const double direct = static_cast<double>(w.batch * w.out_h * w.out_w) * 9 * c * n;
  return {kMargin * 36 * (tiles * c * n + kTransform * tiles * (c + n) + filter_transform * c * n), direct};
}

bool WinogradGainsF32(const WinogradF32& w) {
  const WinogradCostF32 cost = CostOfWinogradF32(w);
  return w.channels >= 16 && w.n >= 16 && cost.winograd < cost.direct;
}

}  // namespace linnet::kernels
