#include "kernels/isa.h"

#include <cstdlib>

#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

TEST(IsaTest, NamesRoundTrip) {
  for (int i = 0; i < kIsaCount; ++i) {
    Isa isa;
    ASSERT_TRUE(FindIsa(IsaName(static_cast<Isa>(i)), &isa));
    EXPECT_EQ(static_cast<int>(isa), i);
  }
  Isa isa;
  EXPECT_FALSE(FindIsa("avx1024", &isa));
  EXPECT_FALSE(FindIsa("", &isa));
}

TEST(IsaTest, ScalarIsAlwaysThereAndBestIncludesAllOfItsKind) {
  EXPECT_TRUE(IsaSupported(Isa::kScalar));
  EXPECT_TRUE(IsaSupported(BestIsa()));
  for (Isa isa : SupportedIsas()) {
    EXPECT_TRUE(IsaIncludes(isa, Isa::kScalar));
    EXPECT_TRUE(IsaIncludes(isa, isa));
  }
  EXPECT_TRUE(IsaIncludes(Isa::kAvx512Vnni, Isa::kAvx2));
  EXPECT_FALSE(IsaIncludes(Isa::kAvx512Vnni, Isa::kAvxVnni));
  EXPECT_FALSE(IsaIncludes(Isa::kAvx2, Isa::kAvx512));
  EXPECT_FALSE(IsaIncludes(Isa::kNeon, Isa::kSse41));
}

TEST(IsaTest, ScopesNestAndRestore) {
  const Isa before = CurrentIsa();
  {
    ScopedIsa scalar(Isa::kScalar);
    EXPECT_EQ(CurrentIsa(), Isa::kScalar);
    {
      ScopedIsa best(BestIsa());
      EXPECT_EQ(CurrentIsa(), BestIsa());
    }
    EXPECT_EQ(CurrentIsa(), Isa::kScalar);
  }
  EXPECT_EQ(CurrentIsa(), before);
}

TEST(IsaTest, EnvironmentNamesTheIsa) {
  const char* set = std::getenv("LINNET_ISA");
  const std::string before = set != nullptr ? set : "";
  setenv("LINNET_ISA", "scalar", 1);
  EXPECT_TRUE(CheckIsa().ok());
  setenv("LINNET_ISA", "avx1024", 1);
  Status status = CheckIsa();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(std::string(status.message()).find("LINNET_ISA=avx1024"), std::string::npos);
#if defined(__aarch64__)
  setenv("LINNET_ISA", "avx2", 1);
#else
  setenv("LINNET_ISA", "neon", 1);
#endif
  EXPECT_EQ(CheckIsa().code(), StatusCode::kUnsupported);
  set != nullptr ? setenv("LINNET_ISA", before.c_str(), 1) : unsetenv("LINNET_ISA");
}

TEST(IsaTest, CachesArePlausible) {
  const CacheSizes caches = Caches();
  EXPECT_GE(caches.l1d, 8u * 1024);
  EXPECT_LE(caches.l1d, 1024u * 1024);
  EXPECT_GE(caches.l2, caches.l1d);
}

}  // namespace
}  // namespace linnet::kernels
