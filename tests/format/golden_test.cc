// Files that earlier versions wrote: they load for ever and compute what they did. When a version is released, it adds
// files of its own to format/golden/; none is ever changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "linnet/linnet.h"

namespace linnet::testing {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

Result<Model> OpenGolden(const char* name) {
  return Model::Open((std::string(LINNET_SOURCE_DIR) + "/format/golden/" + name).c_str());
}

std::vector<float> Floats(const Tensor& tensor) {
  const float* values = tensor.data<float>();
  return values == nullptr ? std::vector<float>() : std::vector<float>(values, values + tensor.shape().elements());
}

template <typename T>
void Set(const Session& session, const char* name, const std::vector<T>& values) {
  const Tensor* input = session.Input(name);
  ASSERT_NE(input, nullptr) << name;
  ASSERT_EQ(input->shape().elements(), static_cast<int64_t>(values.size()));
  std::copy(values.begin(), values.end(), input->data<T>());
}

MATCHER(NearlyEqual, "") {
  return ::testing::ExplainMatchResult(FloatNear(std::get<1>(arg), 1e-5f), std::get<0>(arg), result_listener);
}

// Convolutions with packed weights, fused activations and residuals, a plan for fixed sizes. 2026-11.
TEST(Golden, Version1Digits) {
  Result<Model> model = OpenGolden("v1_digits.linnet");
  ASSERT_TRUE(model.ok()) << model.message();
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  std::vector<float> image(64);
  for (size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(i * 37 % 64) / 64;
  Set(*session, "image", image);
  const Status status = session->Run();
  ASSERT_TRUE(status.ok()) << status.message();
  // ONNX Runtime's answer for the network that the file was made of.
  const std::vector<float> expected = {0.00287591f, 0.000547971f, 0.0193768f, 0.00926042f, 0.0205579f,
                                       0.000456884f, 0.00214313f, 0.00274232f, 0.927332f, 0.0147071f};
  EXPECT_THAT(Floats(*session->Output("probabilities")), Pointwise(NearlyEqual(), expected));
}

// A free size, a state, a branch and a loop. 2026-11.
//   out = (sum(x) > 0 ? x * 2 : x - 1) + s',  s' = s * 2 + 1 repeated `trips` times, and the next run's s
TEST(Golden, Version1Features) {
  Result<Model> model = OpenGolden("v1_features.linnet");
  ASSERT_TRUE(model.ok()) << model.message();
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  Status status = session->Resize(0, {2, 4});
  ASSERT_TRUE(status.ok()) << status.message();
  const auto run = [&](const std::vector<float>& x, int64_t trips) {
    Set(*session, "x", x);
    Set(*session, "trips", std::vector<int64_t>{trips});
    status = session->Run();
    EXPECT_TRUE(status.ok()) << status.message();
    return Floats(*session->Output("out"));
  };
  EXPECT_THAT(run({1, 2, 3, 4, 5, 6, 7, 8}, 1), ::testing::ElementsAre(3, 5, 7, 9, 11, 13, 15, 17)) << "s is 1";
  EXPECT_THAT(run({-1, -2, -3, -4, 5, -6, 7, -8}, 2), ::testing::ElementsAre(5, 4, 3, 2, 11, 0, 13, -2)) << "s is 7";
  session->ResetState();
  EXPECT_THAT(run({0, 0, 0, 0, 0, 0, 0, 0}, 3), ::testing::Each(6)) << "s is 7 again";
}

}  // namespace
}  // namespace linnet::testing
