#include <gtest/gtest.h>

#include <cstring>

#include "kernels/isa.h"
#include "linnet/linnet.h"

namespace linnet {
namespace {

TEST(ActiveIsa, NamesTheInstructionSetInUse) {
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    const auto isa = static_cast<kernels::Isa>(i);
    if (!kernels::IsaSupported(isa)) continue;
    kernels::ScopedIsa forced(isa);
    Result<const char*> name = ActiveIsa();
    ASSERT_TRUE(name.ok()) << name.message();
    EXPECT_STREQ(*name, kernels::IsaName(isa));
  }
}

}  // namespace
}  // namespace linnet
