#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/op.h"

namespace linnet {
namespace {

TEST(AllOps, EachOnceUnderTheNameOfItsCode) {
  const OpList list = AllOps();
  EXPECT_GE(list.count, 130u);
  std::map<format::OpCode, const char*> names;
  for (size_t i = 0; i < list.count; ++i) {
    const OpDef* op = list.ops[i];
    ASSERT_NE(op, nullptr) << i;
    EXPECT_STREQ(op->name, format::EnumNameOpCode(op->code));
    EXPECT_TRUE(names.emplace(op->code, op->name).second) << op->name << " is listed twice";
    EXPECT_NE(op->prepare, nullptr) << op->name;
    EXPECT_NE(op->eval, nullptr) << op->name;
    EXPECT_GE(op->version, 1) << op->name;
    EXPECT_LE(op->attrs, format::OpAttrs::MAX) << op->name;
  }
}

// Flags that contradict each other would have the engine share memory in two ways at once.
TEST(AllOps, FlagsAgree) {
  const OpList list = AllOps();
  for (size_t i = 0; i < list.count; ++i) {
    const OpDef& op = *list.ops[i];
    const bool in_place = op.flags & (kInPlace0 | kInPlace1 | kInPlace3);
    EXPECT_FALSE((op.flags & kView) && in_place) << op.name;
    EXPECT_FALSE((op.flags & kConcat) && (op.flags & kSplit)) << op.name;
    EXPECT_FALSE((op.flags & kShapeOnly) && (op.flags & kNotFoldable)) << op.name;
  }
}

}  // namespace
}  // namespace linnet
