// What the engine chooses between two ways to compute the same, and that the app can have the other one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "engine/session.h"
#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/model_builder.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

// What a session heard and did: it takes what the engine chose, or the other method.
struct Outcome {
  bool takes;
  std::vector<std::string> methods;
  size_t chains = 0;
  std::vector<float> values;
};

bool OnMethod(void* context, const MethodEvent& event) {
  auto& outcome = *static_cast<Outcome*>(context);
  outcome.methods.push_back(std::string(event.op) + ": " + event.method + " not " + event.other);
  EXPECT_LT(event.cost, event.other_cost) << event.unit;
  EXPECT_GE(event.cost, 0);
  return outcome.takes;
}

// Convolutions of `kernel` and then 1x1 over [1, size, size, channels].
ModelBuilder::File Convolutions(int64_t size, int64_t channels, int64_t kernel, int64_t n) {
  ModelBuilder model;
  format::Conv2DT attrs;
  attrs.pad_top = attrs.pad_left = attrs.pad_bottom = attrs.pad_right = static_cast<int>(kernel / 2);
  const int x = model.AddInput("x", ElementType::kFloat32, {1, size, size, channels});
  const Value weight = Random(ElementType::kFloat32, {n, kernel, kernel, channels}, 3);
  std::vector<float> plain(static_cast<size_t>(weight.shape.elements()));
  std::memcpy(plain.data(), weight.bytes.data(), weight.bytes.size());
  const size_t k = static_cast<size_t>(kernel * kernel * channels);
  std::vector<uint8_t> packed(format::PanelElements(1, static_cast<size_t>(n), k, 16) * sizeof(float));
  const size_t rows = static_cast<size_t>(n);
  kernels::PackPanels({1, rows, k, rows * k, k, 1}, 16, plain.data(), reinterpret_cast<float*>(packed.data()));
  const int w = model.AddPacked("w", ElementType::kFloat32, weight.shape, format::StorageOrder::Panels, 16, 1, packed);
  const int y = model.AddResult("y"), z = model.AddResult("z");
  model.AddOp(OpCode::Conv2D, attrs, {x, w}, {y});
  attrs.pad_top = attrs.pad_left = attrs.pad_bottom = attrs.pad_right = 0;
  model.AddOp(OpCode::Conv2D, attrs, {y, model.AddConstant("v", Random(ElementType::kFloat32, {8, 1, 1, n}, 4))}, {z});
  model.MarkOutput(z);
  return model.Finish();
}

Outcome Compute(const ModelBuilder::File& file, bool takes) {
  const Model model = OpenModel(file, AllOps());
  Outcome outcome = {takes, {}, 0, {}};
  SessionOptions options;
  options.on_method = OnMethod;
  options.on_method_context = &outcome;
  Session session = NewSession(model, options);
  outcome.chains = session.impl().prepared().chains.size();
  const Value x = Random(ElementType::kFloat32, session.Input(0)->shape(), 7);
  std::memcpy(session.Input(0)->raw_data(), x.bytes.data(), x.bytes.size());
  MustRun(session);
  const float* y = session.Output(0)->data<float>();
  outcome.values.assign(y, y + session.Output(0)->shape().elements());
  return outcome;
}

TEST(MethodTest, WinogradOrDirect) {
  const ModelBuilder::File file = Convolutions(24, 32, 3, 32);
  const Outcome winograd = Compute(file, true), direct = Compute(file, false);
  EXPECT_EQ(winograd.methods, std::vector<std::string>{"Conv2D: winograd not direct"});
  EXPECT_EQ(direct.methods, winograd.methods);
  float largest = 0, difference = 0;
  for (size_t i = 0; i < direct.values.size(); ++i) {
    largest = std::max(largest, std::fabs(direct.values[i]));
    difference = std::max(difference, std::fabs(direct.values[i] - winograd.values[i]));
  }
  EXPECT_GT(difference, 0) << "both were computed in the same way";
  EXPECT_LT(difference, 1e-4f * largest);
}

TEST(MethodTest, BandsOrSeparate) {
  const ModelBuilder::File file = Convolutions(64, 8, 5, 96);
  const Outcome bands = Compute(file, true), separate = Compute(file, false);
  EXPECT_EQ(bands.chains, 1u);
  EXPECT_EQ(bands.methods, std::vector<std::string>{"Conv2D: bands not separate"});
  EXPECT_EQ(separate.values, bands.values);
  EXPECT_EQ(separate.chains, 0u);
}

}  // namespace
}  // namespace linnet::testing
