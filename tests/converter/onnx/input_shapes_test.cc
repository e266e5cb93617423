#include "converter/onnx/input_shapes.h"

#include <gtest/gtest.h>

namespace linnet::converter::onnx {
namespace {

ValueInfoProto Info(const std::string& name, const std::vector<Dim>& dims) {
  ValueInfoProto info;
  info.name = name;
  info.has_shape = true;
  info.dims = dims;
  return info;
}

TEST(InputShapesTest, GivesASymbolOneSizeInAllInputs) {
  const ValueInfoProto a = Info("a", {{-1, "n"}, {3, ""}}), b = Info("b", {{-1, "n"}, {-1, ""}});
  ImportOptions options;
  options.shapes["a"] = {4, 3};
  Result<std::vector<InputShape>> shapes = ResolveInputShapes({&a, &b}, options);
  ASSERT_TRUE(shapes.ok()) << shapes.message();
  EXPECT_EQ((*shapes)[1].shape, Shape({4, 1}));
  EXPECT_EQ((*shapes)[1].dims[0].size, 4);
  EXPECT_EQ((*shapes)[1].dims[1].symbol, "b_1");
}

TEST(InputShapesTest, FreeSizesAreAnOptionButForTheBatch) {
  const ValueInfoProto a = Info("a", {{-1, "n"}, {-1, "h"}}), b = Info("b", {{-1, "n"}, {-1, "n"}, {7, ""}});
  ImportOptions options;
  options.free_size = 64;
  Result<std::vector<InputShape>> shapes = ResolveInputShapes({&a, &b}, options);
  ASSERT_TRUE(shapes.ok()) << shapes.message();
  EXPECT_EQ((*shapes)[0].shape, Shape({1, 64}));
  EXPECT_EQ((*shapes)[1].shape, Shape({1, 1, 7}));
}

TEST(InputShapesTest, RefusesTwoSizesForOneSymbol) {
  const ValueInfoProto a = Info("a", {{-1, "n"}}), b = Info("b", {{-1, "n"}});
  ImportOptions options;
  options.default_shapes["a"] = {4};
  options.default_shapes["b"] = {5};
  Result<std::vector<InputShape>> shapes = ResolveInputShapes({&a, &b}, options);
  ASSERT_FALSE(shapes.ok());
  EXPECT_STREQ(shapes.message(), "input 'b': dimension 'n' gets the sizes 4 and 5");
}

TEST(InputShapesTest, AsksForAShapeWhereTheModelHasNone) {
  ValueInfoProto a = Info("a", {});
  a.has_shape = false;
  Result<std::vector<InputShape>> unknown = ResolveInputShapes({&a}, {});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kUnsupported);
  ImportOptions options;
  options.shapes["a"] = {2, 5};
  Result<std::vector<InputShape>> given = ResolveInputShapes({&a}, options);
  ASSERT_TRUE(given.ok()) << given.message();
  EXPECT_EQ((*given)[0].shape, Shape({2, 5}));
}

}  // namespace
}  // namespace linnet::converter::onnx
