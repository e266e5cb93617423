// The first n < kStep channels of a step, for the taps_<isa>.h whose registers have no masks: through a buffer. Included inside a
// region and a namespace of an instruction set; no include guard, no includes.

namespace {

LINNET_INLINE Wide LoadWideN(const int8_t* p, size_t n) {
  int8_t bytes[kStep] = {};
  std::memcpy(bytes, p, n);
  return LoadWide(bytes);
}
LINNET_INLINE void StoreStepN(const Narrower& narrower, const VecF32 (&x)[kStepVecs], size_t n, int8_t* p) {
  int8_t bytes[kStep];
  StoreStep(narrower, x, bytes);
  std::memcpy(p, bytes, n);
}

}  // namespace
