// Sessions of one model are independent: in threads of their own they compute, byte for byte, what one computes alone.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "linnet/linnet.h"

namespace linnet::testing {
namespace {

using Bytes = std::vector<uint8_t>;

// The outputs of several runs, each on a picture of its own. Empty after an error.
std::vector<Bytes> RunPictures(const Model& model, int first_picture, int threads) {
  constexpr int kRuns = 20;
  SessionOptions options;
  options.threads = threads;
  Result<Session> session = Session::Create(model, options);
  if (!session.ok()) return {};
  std::vector<Bytes> outputs;
  for (int run = 0; run < kRuns; ++run) {
    float* pixels = session->Input(0)->data<float>();
    for (int i = 0; i < 64; ++i) pixels[i] = static_cast<float>((first_picture + run * 7 + i * 37) % 64) / 64;
    if (!session->Run().ok()) return {};
    const Tensor& output = *session->Output(0);
    const auto* bytes = static_cast<const uint8_t*>(output.raw_data());
    outputs.emplace_back(bytes, bytes + output.shape().elements() * sizeof(float));
  }
  return outputs;
}

TEST(SharedModel, SessionsInThreadsGiveTheBytesOfOne) {
  Result<Model> model = Model::Open(LINNET_SOURCE_DIR "/format/golden/v1_digits.linnet");
  ASSERT_TRUE(model.ok()) << model.message();
  const std::vector<Bytes> expected[] = {RunPictures(*model, 1, /*threads=*/1), RunPictures(*model, 2, 1)};
  ASSERT_FALSE(expected[0].empty() || expected[1].empty());
  ASSERT_NE(expected[0], expected[1]) << "different pictures have different outputs";
  for (const int threads : {1, 2}) {
    std::vector<Bytes> found[2];
    std::thread other([&] { found[1] = RunPictures(*model, 2, threads); });
    found[0] = RunPictures(*model, 1, threads);
    other.join();
    EXPECT_EQ(found[0], expected[0]) << threads << " threads each";
    EXPECT_EQ(found[1], expected[1]) << threads << " threads each";
  }
}

}  // namespace
}  // namespace linnet::testing
