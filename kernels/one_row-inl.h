// For the taps_<isa>.h whose registers hold one row of outputs and have no masks: the first n < kStep channels of a step go through
// a buffer. Included inside a region and a namespace of an instruction set; no include guard, no includes.

namespace {

constexpr size_t kRowLanes = 1;  // rows of outputs side by side in a register, each with kStep channels

// Of x, one pointer for each of these rows; LoadLanesN the first n < kStep channels, and anything behind them.
LINNET_INLINE Wide LoadLanes(const int8_t* const (&p)[kRowLanes]) { return LoadWide(p[0]); }
LINNET_INLINE Wide LoadLanesN(const int8_t* const (&p)[kRowLanes], size_t n) {
  int8_t bytes[kStep] = {};
  std::memcpy(bytes, p[0], n);
  return LoadWide(bytes);
}
// StoreStep for each of these rows, which are `apart` bytes from one another; StoreLanesN of the first n < kStep channels.
LINNET_INLINE void StoreLanes(const Narrower& narrower, const VecF32 (&x)[kStepVecs], int8_t* p, size_t) {
  StoreStep(narrower, x, p);
}
LINNET_INLINE void StoreLanesN(const Narrower& narrower, const VecF32 (&x)[kStepVecs], size_t n, int8_t* p, size_t) {
  int8_t bytes[kStep];
  StoreStep(narrower, x, bytes);
  std::memcpy(p, bytes, n);
}

}  // namespace
