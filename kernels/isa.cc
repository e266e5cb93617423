#include "kernels/isa.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#include <unistd.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace linnet::kernels {
namespace {

constexpr const char* kNames[kIsaCount] = {"scalar",     "sse41", "avx2",         "avx_vnni", "avx512",
                                           "avx512vnni", "neon",  "neon_dotprod", "neon_i8mm"};

constexpr uint32_t Bit(Isa isa) { return 1u << static_cast<int>(isa); }

// What each instruction set includes, itself among them.
constexpr uint32_t kScalarBits = Bit(Isa::kScalar);
constexpr uint32_t kSse41Bits = kScalarBits | Bit(Isa::kSse41);
constexpr uint32_t kAvx2Bits = kSse41Bits | Bit(Isa::kAvx2);
constexpr uint32_t kAvx512Bits = kAvx2Bits | Bit(Isa::kAvx512);
constexpr uint32_t kNeonBits = kScalarBits | Bit(Isa::kNeon);
constexpr uint32_t kDotprodBits = kNeonBits | Bit(Isa::kNeonDotprod);
constexpr uint32_t kIncluded[kIsaCount] = {kScalarBits,
                                           kSse41Bits,
                                           kAvx2Bits,
                                           kAvx2Bits | Bit(Isa::kAvxVnni),
                                           kAvx512Bits,
                                           kAvx512Bits | Bit(Isa::kAvx512Vnni),
                                           kNeonBits,
                                           kDotprodBits,
                                           kDotprodBits | Bit(Isa::kNeonI8mm)};

struct Processor {
  uint32_t isas;  // Bit() of each that it runs
  bool vbmi;      // beside AVX-512
  bool wide;      // units of 512 bits
  CacheSizes caches;
};

#if defined(__x86_64__) || defined(__i386__)

struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers Cpuid(uint32_t leaf, uint32_t subleaf) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

// Register states that the operating system saves (XCR0).
uint32_t SavedStates() {
  uint32_t eax, edx;
  __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return eax;
}

// AMD's family 19h has AVX-512 (Zen 4) on units of 256 bits. CPUID's leaf 1 gives the family in two parts, AMD64 Architecture
// Programmer's Manual, volume 3, E.3.
bool HasHalvedAvx512() {
  const Registers vendor = Cpuid(0, 0), leaf1 = Cpuid(1, 0);
  const bool amd = vendor.ebx == 0x68747541 && vendor.edx == 0x69746e65 && vendor.ecx == 0x444d4163;  // "AuthenticAMD"
  return amd && (leaf1.eax >> 8 & 0xf) + (leaf1.eax >> 20 & 0xff) == 0x19;
}

uint32_t DetectIsas() {
  const Registers leaf1 = Cpuid(1, 0);
  const Registers leaf7 = Cpuid(7, 0);
  const auto has = [](uint32_t value, uint32_t bits) { return (value & bits) == bits; };
  uint32_t isas = kScalarBits;
  if (!has(leaf1.ecx, 1u << 19 | 1u << 9)) return isas;  // SSE4.1, SSSE3
  isas |= kSse41Bits;
  if (!has(leaf1.ecx, 1u << 27)) return isas;  // OSXSAVE
  const uint32_t states = SavedStates();
  // FMA, AVX, F16C; AVX2; XMM and YMM saved.
  if (!has(leaf1.ecx, 1u << 12 | 1u << 28 | 1u << 29) || !has(leaf7.ebx, 1u << 5) || !has(states, 0x6)) return isas;
  isas |= kAvx2Bits;
  if (Cpuid(7, 1).eax & 1u << 4) isas |= Bit(Isa::kAvxVnni);
  // F, DQ, BW, VL; ZMM and mask registers saved.
  if (!has(leaf7.ebx, 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31) || !has(states, 0xE6)) return isas;
  isas |= kAvx512Bits;
  if (leaf7.ecx & 1u << 11) isas |= Bit(Isa::kAvx512Vnni);
  return isas;
}

bool DetectVbmi() { return Cpuid(7, 0).ecx & 1u << 1; }

CacheSizes DetectCaches() {
  CacheSizes caches = {0, 0};
  const Registers vendor = Cpuid(0, 0);
  const bool amd = vendor.ecx == 0x444d4163;  // "cAMD" of "AuthenticAMD"
  for (uint32_t i = 0; i < 8; ++i) {
    const Registers r = Cpuid(amd ? 0x8000001D : 4, i);
    const uint32_t type = r.eax & 31, level = r.eax >> 5 & 7;
    if (type == 0) break;
    if (type == 2) continue;  // instructions
    const size_t bytes =
        static_cast<size_t>((r.ebx >> 22) + 1) * ((r.ebx >> 12 & 1023) + 1) * ((r.ebx & 4095) + 1) * (r.ecx + 1);
    if (level == 1) caches.l1d = bytes;
    if (level == 2) caches.l2 = bytes;
  }
  return caches;
}

#elif defined(__aarch64__)

#if defined(__APPLE__)

size_t ReadSysctl(const char* name) {
  uint64_t value = 0;
  size_t size = sizeof(value);
  if (sysctlbyname(name, &value, &size, nullptr, 0) != 0) return 0;
  return static_cast<size_t>(value);
}

uint32_t DetectIsas() {
  uint32_t isas = kNeonBits;
  if (ReadSysctl("hw.optional.arm.FEAT_DotProd") != 0) {
    isas |= kDotprodBits;
    if (ReadSysctl("hw.optional.arm.FEAT_I8MM") != 0) isas |= Bit(Isa::kNeonI8mm);
  }
  return isas;
}

CacheSizes DetectCaches() {
  size_t l1d = ReadSysctl("hw.perflevel0.l1dcachesize"), l2 = ReadSysctl("hw.perflevel0.l2cachesize");
  return {l1d != 0 ? l1d : ReadSysctl("hw.l1dcachesize"), l2 != 0 ? l2 : ReadSysctl("hw.l2cachesize")};
}

#elif defined(__linux__)

uint32_t DetectIsas() {
  constexpr unsigned long kHwcapDotprod = 1ul << 20, kHwcap2I8mm = 1ul << 13;
  uint32_t isas = kNeonBits;
  if (getauxval(AT_HWCAP) & kHwcapDotprod) {
    isas |= kDotprodBits;
    if (getauxval(AT_HWCAP2) & kHwcap2I8mm) isas |= Bit(Isa::kNeonI8mm);
  }
  return isas;
}

CacheSizes DetectCaches() {
#ifdef _SC_LEVEL1_DCACHE_SIZE
  const long l1d = sysconf(_SC_LEVEL1_DCACHE_SIZE), l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return {l1d > 0 ? static_cast<size_t>(l1d) : 0, l2 > 0 ? static_cast<size_t>(l2) : 0};
#else
  return {0, 0};
#endif
}

#else

uint32_t DetectIsas() { return kNeonBits; }
CacheSizes DetectCaches() { return {0, 0}; }

#endif

#else

uint32_t DetectIsas() { return kScalarBits; }
CacheSizes DetectCaches() { return {0, 0}; }

#endif

Processor DetectProcessor() {
  Processor processor = {DetectIsas(), false, false, DetectCaches()};
#if defined(__x86_64__) || defined(__i386__)
  processor.vbmi = DetectVbmi();
  processor.wide = !HasHalvedAvx512();
#endif
  if (processor.caches.l1d == 0) processor.caches.l1d = 32 * 1024;
  if (processor.caches.l2 == 0) processor.caches.l2 = 256 * 1024;
  return processor;
}

const Processor& ThisProcessor() {
  static const Processor processor = DetectProcessor();
  return processor;
}

constexpr int kUnset = -1;
std::atomic<int> forced_isa{kUnset};    // by ScopedIsa
std::atomic<int> default_isa{kUnset};   // by LINNET_ISA or the processor
std::atomic<Isa> last_dispatched{Isa::kScalar};
thread_local bool canonical_order = false;

const char* RequestedName() {
  const char* name = std::getenv("LINNET_ISA");
  return name != nullptr && name[0] != '\0' ? name : nullptr;
}

int DefaultIsa() {
  Isa isa;
  const char* name = RequestedName();
  if (name != nullptr && FindIsa(name, &isa) && IsaSupported(isa)) return static_cast<int>(isa);
  return static_cast<int>(BestIsa());
}

}  // namespace

const char* IsaName(Isa isa) { return kNames[static_cast<int>(isa)]; }

bool FindIsa(const char* name, Isa* isa) {
  for (int i = 0; i < kIsaCount; ++i) {
    if (std::strcmp(name, kNames[i]) == 0) {
      *isa = static_cast<Isa>(i);
      return true;
    }
  }
  return false;
}

bool IsaSupported(Isa isa) { return (ThisProcessor().isas & Bit(isa)) != 0; }

bool IsaIncludes(Isa available, Isa isa) { return (kIncluded[static_cast<int>(available)] & Bit(isa)) != 0; }

bool HasVbmi() { return ThisProcessor().vbmi; }

bool HasWideUnits() { return ThisProcessor().wide; }

Isa BestIsa() {
  int best = kIsaCount - 1;
  while (!IsaSupported(static_cast<Isa>(best))) --best;
  return static_cast<Isa>(best);
}

Isa CurrentIsa() {
  int isa = forced_isa.load(std::memory_order_relaxed);
  if (isa != kUnset) return static_cast<Isa>(isa);
  isa = default_isa.load(std::memory_order_relaxed);
  if (isa == kUnset) {
    isa = DefaultIsa();
    default_isa.store(isa, std::memory_order_relaxed);
  }
  return static_cast<Isa>(isa);
}

Status CheckIsa() {
  const char* name = RequestedName();
  Isa isa;
  if (name == nullptr) return Status();
  if (!FindIsa(name, &isa)) {
    return Status::Error(StatusCode::kUnsupported, "LINNET_ISA=%s: no such instruction set (expected scalar, sse41, ...)",
                         name);
  }
  if (!IsaSupported(isa)) {
    return Status::Error(StatusCode::kUnsupported, "LINNET_ISA=%s: this processor does not have it (its best is %s)",
                         name, IsaName(BestIsa()));
  }
  return Status();
}

ScopedIsa::ScopedIsa(Isa isa) : previous_(forced_isa.exchange(static_cast<int>(isa))) {}
ScopedIsa::~ScopedIsa() { forced_isa.store(previous_); }

ScopedCanonical::ScopedCanonical(bool canonical) : previous_(canonical_order) { canonical_order = canonical; }
ScopedCanonical::~ScopedCanonical() { canonical_order = previous_; }
bool CanonicalOrder() { return canonical_order; }

Isa LastDispatchedIsa() { return last_dispatched.load(std::memory_order_relaxed); }

void SetLastDispatchedIsa(Isa isa) {
  // Written only when it changes, so that the threads of a run share the cache line.
  if (last_dispatched.load(std::memory_order_relaxed) != isa) last_dispatched.store(isa, std::memory_order_relaxed);
}

CacheSizes Caches() { return ThisProcessor().caches; }

}  // namespace linnet::kernels
