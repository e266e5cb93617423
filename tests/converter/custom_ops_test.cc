#include "converter/custom_ops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converter/convert.h"
#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter {
namespace {

using namespace linnet::testing;  // builders of models
using ::testing::ElementsAre;
using ::testing::Pair;

// y = relu(Foo(conv(x))), z = relu(x) with y of `dims`; the model declares Foo's result, of the same, if `declared`.
std::string WriteModel(const TemporaryFolder& folder, bool declared, const std::vector<DimSpec>& dims) {
  GraphSpec graph;
  graph.other_opsets = {OpsetMessage("my", 1)};
  graph.initializers = {FloatTensor("w", {3, 2, 1, 1}, {1, 2, 3, 4, 5, 6})};
  graph.nodes = {NodeMessage("Conv", {"x", "w"}, {"a"}),
                 NodeMessage("Foo", {"a"}, {"b"}, {FloatsAttribute("k", {1, 2}), StringsAttribute("names", {"p", "q"})}, "my"),
                 NodeMessage("Relu", {"b"}, {"y"}), NodeMessage("Relu", {"x"}, {"z"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {dims[0], 2, dims[1], dims[2]})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, dims), ValueInfoMessage("z", ElementType::kFloat32, {dims[0], 2, dims[1], dims[2]})};
  GraphSpec spec = graph;
  Message encoded = spec.Encode();
  if (declared) encoded.Add(onnx::graph_field::kValueInfo, ValueInfoMessage("b", ElementType::kFloat32, dims));
  Message model;
  model.Int(onnx::model_field::kIrVersion, 8).Add(onnx::model_field::kGraph, encoded);
  model.Add(onnx::model_field::kOpsetImport, OpsetMessage("", 17)).Add(onnx::model_field::kOpsetImport, OpsetMessage("my", 1));
  return folder.Write("m.onnx", model.data());
}

ConvertOptions WithFoo() {
  ConvertOptions options;
  options.import.custom_ops = {"my::Foo"};
  return options;
}

// The first channel.
const CustomOp kFoo[] = {{"my", "Foo",
                          [](CustomOpContext& ctx) {
                            int count = 0;
                            EXPECT_EQ(ctx.Floats("k", &count)[1], 2);
                            EXPECT_STREQ(ctx.StringAt("names", 1), "q");
                            const Shape x = ctx.input(0).shape();
                            return ctx.SetOutput(0, ElementType::kFloat32, {x[0], x[2], x[3]});
                          },
                          [](CustomOpContext& ctx) {
                            const Tensor y = ctx.output(0);
                            for (int64_t i = 0; i < y.shape().elements(); ++i) {
                              y.data<float>()[i] = ctx.input(0).data<float>()[i];
                            }
                            return Status();
                          }}};

void ExpectRuns(const ConvertedModel& converted) {
  Result<Model> model =
      Model::FromBuffer(converted.bytes.data(), converted.bytes.size(), WithCustomOps(AllOps(), kFoo));
  ASSERT_TRUE(model.ok()) << model.message();
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  for (int64_t i = 0; i < session->Input(0)->shape().elements(); ++i) {
    session->Input(0)->data<float>()[i] = static_cast<float>(i);
  }
  ASSERT_TRUE(session->Run().ok());
  const Tensor& y = *session->Output("y");
  ASSERT_EQ(y.shape(), Shape({1, 4, 5}));
  // The first channel of the convolution: x[0] + 2 x[1].
  for (int64_t i = 0; i < 20; ++i) EXPECT_EQ(y.data<float>()[i], static_cast<float>(i + 2 * (i + 20)));
}

TEST(CustomOps, WithADeclaredResultEverythingElseIsChecked) {
  const TemporaryFolder folder;
  Result<ConvertedModel> converted = ConvertToBuffer(WriteModel(folder, true, {1, 4, 5}), WithFoo());
  ASSERT_TRUE(converted.ok()) << converted.message();
  EXPECT_TRUE(converted->report.checked);
  EXPECT_EQ(converted->report.unchecked_results, 0);
  EXPECT_THAT(converted->report.custom_ops, ElementsAre(Pair("my::Foo", 1)));
  ExpectRuns(*converted);
}

TEST(CustomOps, SymbolicSizesOfADeclaredResultFollowTheInput) {
  const TemporaryFolder folder;
  ConvertOptions options = WithFoo();
  options.import.default_shapes["x"] = {1, 2, 4, 5};
  Result<ConvertedModel> converted = ConvertToBuffer(WriteModel(folder, true, {1, "h", "w"}), options);
  ASSERT_TRUE(converted.ok()) << converted.message();
  EXPECT_TRUE(converted->report.checked);
  EXPECT_EQ(converted->report.unchecked_results, 0);
  ExpectRuns(*converted);
}

TEST(CustomOps, WithoutOneTheResultsBehindItAreNotChecked) {
  const TemporaryFolder folder;
  Result<ConvertedModel> converted = ConvertToBuffer(WriteModel(folder, false, {1, 4, 5}), WithFoo());
  ASSERT_TRUE(converted.ok()) << converted.message();
  EXPECT_TRUE(converted->report.checked) << "z does not hang on it";
  EXPECT_EQ(converted->report.unchecked_results, 1);
  ExpectRuns(*converted);
}

TEST(CustomOps, AreUnsupportedUnlessTheyAreNamed) {
  const TemporaryFolder folder;
  Result<ConvertedModel> converted = ConvertToBuffer(WriteModel(folder, true, {1, 4, 5}), ConvertOptions());
  ASSERT_FALSE(converted.ok());
  EXPECT_THAT(converted.message(), ::testing::HasSubstr("Foo (my"));
}

}  // namespace
}  // namespace linnet::converter
