#include "converter/onnx/unsupported_ops.h"

#include <gtest/gtest.h>

namespace linnet::converter::onnx {
namespace {

TEST(UnsupportedOpsTest, TellsEachOpOnceAndAFewOfItsNodes) {
  UnsupportedOps ops;
  EXPECT_TRUE(ops.empty());
  for (int i = 0; i < 7; ++i) ops.Add("", "Foo", 17, "foo" + std::to_string(i), "");
  ops.Add("my", "Bar", 2, "b", "mode 'x'");
  const Status status = ops.ToStatus("m.onnx");
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_STREQ(status.message(),
               "m.onnx: 2 ops are not supported:"
               "\n  Bar (my, opset 2): mode 'x': node 'b'"
               "\n  Foo (ai.onnx, opset 17): 7 nodes 'foo0', 'foo1', 'foo2', 'foo3', 'foo4' ...");
}

}  // namespace
}  // namespace linnet::converter::onnx
