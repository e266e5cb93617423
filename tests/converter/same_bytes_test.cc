// Int8 models compute the same bytes with every instruction set and any number of threads. The hashes below are those of
// every processor: this test also runs as several ARM processors (tools/test_aarch64.sh).
//
// The models are made by tools/interop/int8_models.py: mobile, branches and attention without arguments, digits from the
// network of examples/digits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "converter/convert.h"
#include "converter/passes/quantization.h"
#include "kernels/isa.h"

namespace linnet::converter {
namespace {

struct Case {
  const char* name;
  uint64_t hash;
};

const Case kCases[] = {
    {"mobile", 0x820dc2549521f83d},
    {"branches", 0x7ddb71dab85192fa},
    {"attention", 0x60a12dbf902e0d25},
    {"digits", 0xa339ed36d387fa5d},
};

std::vector<kernels::Isa> SupportedIsas() {
  std::vector<kernels::Isa> result;
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    const auto isa = static_cast<kernels::Isa>(i);
    if (kernels::IsaSupported(isa)) result.push_back(isa);
  }
  return result;
}

// FNV-1a of all outputs, for inputs within [-2, 2].
uint64_t HashOutputs(const Model& model, int threads) {
  SessionOptions options;
  options.threads = threads;
  Result<Session> session = Session::Create(model, options);
  EXPECT_TRUE(session.ok()) << session.message();
  if (!session.ok()) return 0;
  for (int i = 0; i < session->input_count(); ++i) {
    const Tensor& tensor = *session->Input(i);
    auto* x = tensor.data<float>();
    for (int64_t j = 0; j < tensor.shape().elements(); ++j) x[j] = static_cast<float>(j * 7919 % 2001 - 1000) / 500;
  }
  const Status status = session->Run();
  EXPECT_TRUE(status.ok()) << status.message();
  uint64_t hash = 0xcbf29ce484222325;
  for (int i = 0; i < session->output_count(); ++i) {
    const Tensor& tensor = *session->Output(i);
    const auto* bytes = static_cast<const uint8_t*>(tensor.raw_data());
    for (size_t j = 0; j < tensor.bytes(); ++j) hash = (hash ^ bytes[j]) * 0x100000001b3;
  }
  return hash;
}

class SameBytesTest : public ::testing::TestWithParam<Case> {};

TEST_P(SameBytesTest, WithEveryInstructionSetAndThreads) {
  if (!EngineHas(format::OpCode::QConv2D) || !EngineHas(format::OpCode::QSoftmax)) GTEST_SKIP() << "a build without int8 ops";
  const std::string path = std::string(LINNET_SOURCE_DIR "/tests/converter/int8_models/") + GetParam().name + ".onnx";
  Result<ConvertedModel> converted = ConvertToBuffer(path, ConvertOptions());
  ASSERT_TRUE(converted.ok()) << converted.message();
  EXPECT_TRUE(converted->report.within_tolerance);
  EXPECT_TRUE(converted->report.in_float.empty()) << converted->report.in_float.front();
  Result<Model> model = Model::FromBuffer(converted->bytes.data(), converted->bytes.size());
  ASSERT_TRUE(model.ok()) << model.message();
  for (kernels::Isa isa : SupportedIsas()) {
    const kernels::ScopedIsa scope(isa);
    EXPECT_EQ(HashOutputs(*model, 1), GetParam().hash) << kernels::IsaName(isa);
    EXPECT_EQ(HashOutputs(*model, 2), GetParam().hash) << kernels::IsaName(isa) << " on two threads";
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SameBytesTest, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace linnet::converter
