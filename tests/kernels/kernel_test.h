// What every kernel test uses: one run per instruction set of this processor, memory that catches every access outside
// of it, sizes around the vector widths, and reproducible values.
//
//   using ClampTest = KernelTest;
//   LINNET_KERNEL_TEST_SUITE(ClampTest);          // all that follows runs once per instruction set
//   TEST_P(ClampTest, MatchesReference) {
//     for (size_t n : Sizes()) for (size_t misalign : {0, 1, 3}) {
//       Guarded<float> in(n, misalign), out(n, misalign);
//       ...
//     }
//     EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());   // the forced variant ran
//   }
#ifndef LINNET_TESTS_KERNELS_KERNEL_TEST_H_
#define LINNET_TESTS_KERNELS_KERNEL_TEST_H_

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "kernels/isa.h"

namespace linnet::kernels {

inline std::vector<Isa> SupportedIsas() {
  std::vector<Isa> isas;
  for (int i = 0; i < kIsaCount; ++i) {
    if (IsaSupported(static_cast<Isa>(i))) isas.push_back(static_cast<Isa>(i));
  }
  return isas;
}

// Forces the instruction set of its parameter.
class KernelTest : public testing::TestWithParam<Isa> {
 protected:
  // The best of `variants` that the forced instruction set includes; without an argument: of the fp32 variants.
  static Isa ExpectedIsa(std::initializer_list<Isa> variants = {Isa::kAvx512, Isa::kAvx2, Isa::kSse41, Isa::kNeon}) {
    for (Isa isa : variants) {
      if (IsaIncludes(GetParam(), isa)) return isa;
    }
    return Isa::kScalar;
  }
  // Of the variants of sums of int8 products, which every instruction set has.
  static Isa ExpectedDotIsa() {
    return ExpectedIsa({Isa::kAvx512Vnni, Isa::kAvx512, Isa::kAvxVnni, Isa::kAvx2, Isa::kSse41, Isa::kNeonI8mm,
                        Isa::kNeonDotprod, Isa::kNeon});
  }
  // Of the variants of sums of a few int8 taps.
  static Isa ExpectedTapsIsa() {
    return ExpectedIsa({Isa::kAvx512Vnni, Isa::kAvx512, Isa::kAvxVnni, Isa::kAvx2, Isa::kSse41, Isa::kNeonDotprod, Isa::kNeon});
  }

 private:
  ScopedIsa forced_{GetParam()};
};

inline std::string IsaTestName(const testing::TestParamInfo<Isa>& info) { return IsaName(info.param); }

#define LINNET_KERNEL_TEST_SUITE(suite) \
  INSTANTIATE_TEST_SUITE_P(AllIsas, suite, testing::ValuesIn(SupportedIsas()), IsaTestName)

// {0, 1, N-1, N, N+1, 2N+1} for every vector width N.
inline std::vector<size_t> Sizes() { return {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65}; }

// `count` elements of type T, `misalign` elements before the end of a readable page, guarded: bytes in front of them and
// behind them are checked when the object dies, and the page after them cannot be accessed at all, so that with
// misalign == 0 reading one element too many ends the test.
template <typename T>
class Guarded {
 public:
  explicit Guarded(size_t count, size_t misalign = 0) : count_(count) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t used = (kFront + count + misalign) * sizeof(T);
    usable_ = (used + page - 1) / page * page;
    mapped_ = usable_ + page;
    void* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(memory, MAP_FAILED);
    base_ = static_cast<uint8_t*>(memory);
    EXPECT_EQ(mprotect(base_ + usable_, page, PROT_NONE), 0);
    std::memset(base_, kPattern, usable_);
    data_ = reinterpret_cast<T*>(base_ + usable_) - misalign - count;
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() {
    const uint8_t* begin = reinterpret_cast<const uint8_t*>(data_);
    const uint8_t* end = reinterpret_cast<const uint8_t*>(data_ + count_);
    const uint8_t* first = begin - kFront * sizeof(T);
    EXPECT_TRUE(Intact(first, begin)) << "written before the array";
    EXPECT_TRUE(Intact(end, base_ + usable_)) << "written behind the array";
    munmap(base_, mapped_);
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + count_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + count_; }

 private:
  static constexpr size_t kFront = 64;
  static constexpr uint8_t kPattern = 0xA5;

  static bool Intact(const uint8_t* first, const uint8_t* last) {
    for (; first < last; ++first) {
      if (*first != kPattern) return false;
    }
    return true;
  }

  size_t count_, usable_ = 0, mapped_ = 0;
  uint8_t* base_ = nullptr;
  T* data_ = nullptr;
};

// Reproducible values (a 64-bit linear congruential generator; upper bits).
class Random {
 public:
  explicit Random(uint64_t seed = 1) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  uint32_t Bits() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 32);
  }
  float Uniform(float lo, float hi) { return lo + (hi - lo) * (static_cast<float>(Bits() >> 8) / 16777216.0f); }
  int Int(int lo, int hi) { return lo + static_cast<int>(Bits() % static_cast<uint32_t>(hi - lo + 1)); }
  template <typename Array>
  void Fill(Array& array, float lo = -1, float hi = 1) {
    for (auto& value : array) value = Uniform(lo, hi);
  }

 private:
  uint64_t state_;
};

}  // namespace linnet::kernels

#endif  // LINNET_TESTS_KERNELS_KERNEL_TEST_H_
