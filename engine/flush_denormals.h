// Denormal numbers are flushed to zero while a run is in progress: they cost a hundred times a normal number on some
// processors, and flushing them alike everywhere keeps results equal.
#ifndef LINNET_ENGINE_FLUSH_DENORMALS_H_
#define LINNET_ENGINE_FLUSH_DENORMALS_H_

#include <cstdint>

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#endif

namespace linnet {

// Sets the calling thread's mode for the life of the object and restores it.
class ScopedFlushDenormals {
 public:
  ScopedFlushDenormals() : saved_(Read()) { Write(saved_ | kFlushBits); }
  ~ScopedFlushDenormals() { Write(saved_); }
  ScopedFlushDenormals(const ScopedFlushDenormals&) = delete;
  ScopedFlushDenormals& operator=(const ScopedFlushDenormals&) = delete;

 private:
#if defined(__x86_64__) || defined(__i386__)
  static constexpr uint64_t kFlushBits = 0x8040;  // MXCSR: flush to zero, denormals are zero
  static uint64_t Read() { return _mm_getcsr(); }
  static void Write(uint64_t value) { _mm_setcsr(static_cast<unsigned>(value)); }
#elif defined(__aarch64__)
  static constexpr uint64_t kFlushBits = uint64_t{1} << 24;  // FPCR.FZ
  static uint64_t Read() {
    uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void Write(uint64_t value) { asm volatile("msr fpcr, %0" ::"r"(value)); }
#else
  static constexpr uint64_t kFlushBits = 0;
  static uint64_t Read() { return 0; }
  static void Write(uint64_t) {}
#endif
  uint64_t saved_;
};

}  // namespace linnet

#endif  // LINNET_ENGINE_FLUSH_DENORMALS_H_
