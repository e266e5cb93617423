#include "converter/states.h"

#include "converter/convert.h"
#include "engine/model.h"
#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter {
namespace {

using namespace linnet::testing;  // builders of models

// y = conv(concat(past, x)), the last two columns of which are the next past: a causal convolution.
std::string WriteCausalConv(const TemporaryFolder& folder) {
  GraphSpec graph;
  graph.initializers = {FloatTensor("w", {2, 2, 1, 3}, {1, 2, 3, -1, 0, 1, 0.5f, 1, 0, 2, -2, 1}),
                        IntTensor("start", {1}, {-2}), IntTensor("end", {1}, {1 << 20}), IntTensor("axis", {1}, {3})};
  graph.nodes = {NodeMessage("Concat", {"past", "x"}, {"all"}, {IntAttribute("axis", 3)}),
                 NodeMessage("Conv", {"all", "w"}, {"y"}),
                 NodeMessage("Slice", {"all", "start", "end", "axis"}, {"next"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {1, 2, 1, 4}),
                  ValueInfoMessage("past", ElementType::kFloat32, {1, 2, 1, 2})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {1, 2, 1, 4}),
                   ValueInfoMessage("next", ElementType::kFloat32, {1, 2, 1, 2})};
  return folder.Write("m.onnx", graph.EncodeModel().data());
}

std::vector<float> StreamOutputs(const ConvertOptions& options) {
  const TemporaryFolder folder;
  Result<ConvertedModel> converted = ConvertToBuffer(WriteCausalConv(folder), options);
  EXPECT_TRUE(converted.ok()) << converted.message();
  if (!converted.ok()) return {};
  EXPECT_TRUE(converted->report.checked);
  EXPECT_TRUE(converted->report.within_tolerance);
  Result<Model> model = Model::FromBuffer(converted->bytes.data(), converted->bytes.size());
  Result<Session> session = Session::Create(*model);
  EXPECT_EQ(session->input_count(), 1);
  EXPECT_EQ(session->output_count(), 1);
  std::vector<float> outputs;
  for (int round = 0; round < 2; ++round) {
    for (int run = 0; run < 2; ++run) {
      for (int i = 0; i < 8; ++i) {  // [channel][column], or [column][channel]
        const int place = options.input_nhwc ? i % 4 * 2 + i / 4 : i;
        session->Input(0)->data<float>()[place] = static_cast<float>(i % 4 + 4 * run + 10 * (i / 4));
      }
      EXPECT_TRUE(session->Run().ok());
      const Tensor& y = *session->Output(0);
      outputs.insert(outputs.end(), y.data<float>(), y.data<float>() + y.shape().elements());
    }
    session->ResetState();
  }
  return outputs;
}

TEST(States, ContinueFromRunToRunUntilTheyAreReset) {
  ConvertOptions options;
  options.states = {{"next", "past"}};
  const std::vector<float> outputs = StreamOutputs(options);
  ASSERT_EQ(outputs.size(), 32u);
  // Column t of output 0: x0[t-2] + 2 x0[t-1] + 3 x0[t] - x1[t-2] + x1[t] with x0[t] = t, x1[t] = 10 + t, 0 before t = 0.
  const float first[] = {10, 14, 8 + 2, 14 + 2, 20 + 2, 26 + 2, 32 + 2, 38 + 2};
  for (int t = 0; t < 8; ++t) EXPECT_EQ(outputs[static_cast<size_t>(t / 4 * 8 + t % 4)], first[t]) << t;
  const std::vector<float> before(outputs.begin(), outputs.begin() + 16), after(outputs.begin() + 16, outputs.end());
  EXPECT_EQ(before, after);
}

TEST(States, KeepTheirLayoutWhereInputsAreChannelsLast) {
  ConvertOptions options;
  options.states = {{"next", "past"}};
  const std::vector<float> expected = StreamOutputs(options);
  options.input_nhwc = true;
  EXPECT_EQ(StreamOutputs(options), expected);
}

TEST(States, AreListedWithTheResults) {
  const TemporaryFolder folder;
  Result<Graph> graph = ImportOnnx(WriteCausalConv(folder), {});
  ASSERT_TRUE(graph.ok());
  ASSERT_TRUE(MakeStates({{"next", "past"}}, &*graph).ok());
  EXPECT_FALSE(IsState(*graph, graph->inputs[0]));
  EXPECT_TRUE(IsState(*graph, graph->inputs[1]));
  const std::vector<ValueId> results = Results(*graph);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(graph->value(results[1]).name, "next");
}

}  // namespace
}  // namespace linnet::converter
