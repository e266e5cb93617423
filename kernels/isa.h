// The instruction sets that kernels are written for, which of them this processor has, and which one is in use.
//
// The one in use is the best that the processor has, or the one that the environment variable LINNET_ISA names
// ("scalar", "sse41", "avx2", "avx_vnni", "avx512", "avx512vnni", "neon", "neon_dotprod", "neon_i8mm").
// All functions are thread safe.
#ifndef LINNET_KERNELS_ISA_H_
#define LINNET_KERNELS_ISA_H_

#include <cstddef>
#include <cstdint>

#include "linnet/status.h"

namespace linnet::kernels {

enum class Isa : uint8_t {
  kScalar = 0,      // what the compiler makes of portable code
  kSse41 = 1,       // with SSSE3
  kAvx2 = 2,        // with FMA and F16C
  kAvxVnni = 3,     // AVX2 with the 256-bit int8 dot product
  kAvx512 = 4,      // F, BW, DQ, VL
  kAvx512Vnni = 5,  // kAvx512 with the 512-bit int8 dot product
  kNeon = 6,        // aarch64
  kNeonDotprod = 7,
  kNeonI8mm = 8,
};
constexpr int kIsaCount = 9;

// The name that LINNET_ISA takes. Static storage.
const char* IsaName(Isa isa);
// False if no instruction set has this name.
bool FindIsa(const char* name, Isa* isa);

// True if this processor and operating system run code for `isa`, and the build has it.
bool IsaSupported(Isa isa);
// True if a processor with `available` also runs code for `isa` (kAvx2 includes kSse41 includes kScalar ...).
bool IsaIncludes(Isa available, Isa isa);
Isa BestIsa();
// Whether a processor with AVX-512 also shuffles bytes across registers (VBMI).
bool HasVbmi();
// Whether a processor with AVX-512 computes registers of 512 bits at once, and not their halves one after the other.
bool HasWideUnits();

// The instruction set in use. If LINNET_ISA names one that is not there: BestIsa(), and CheckIsa() says so.
Isa CurrentIsa();
// kUnsupported if LINNET_ISA names an instruction set that does not exist or that IsaSupported() denies.
Status CheckIsa();

// Puts `isa` in use, in the whole process, for the lifetime of the object. For tests and benchmarks; scopes nest on one
// thread only. REQUIRES: IsaSupported(isa).
class ScopedIsa {
 public:
  explicit ScopedIsa(Isa isa);
  ~ScopedIsa();
  ScopedIsa(const ScopedIsa&) = delete;
  ScopedIsa& operator=(const ScopedIsa&) = delete;

 private:
  int previous_;
};

// While an object lives, kernels that this thread dispatches keep to the canonical order if `canonical`: sums of four
// lanes and no fused multiply-add, so that every processor computes the same bytes. Scopes nest.
class ScopedCanonical {
 public:
  explicit ScopedCanonical(bool canonical);
  ~ScopedCanonical();
  ScopedCanonical(const ScopedCanonical&) = delete;
  ScopedCanonical& operator=(const ScopedCanonical&) = delete;

 private:
  bool previous_;
};
bool CanonicalOrder();

// The instruction set of the kernel that was dispatched last, by any thread: proof that a forced one ran.
Isa LastDispatchedIsa();
// For dispatch.h.
void SetLastDispatchedIsa(Isa isa);

// Bytes of the data caches that one core may count on; 32 KiB and 256 KiB where the system does not say.
struct CacheSizes {
  size_t l1d;
  size_t l2;
};
CacheSizes Caches();

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_ISA_H_
