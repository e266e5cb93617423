#include "tests/engine/op_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace linnet::testing {
namespace {

std::string ToString(const Shape& shape) {
  std::ostringstream text;
  text << '[';
  for (int i = 0; i < shape.rank(); ++i) text << (i == 0 ? "" : ", ") << shape[i];
  text << ']';
  return text.str();
}

bool IsFloatType(ElementType type) {
  switch (type) {
    case ElementType::kFloat16:
    case ElementType::kBfloat16:
    case ElementType::kFloat32:
    case ElementType::kFloat64:
    case ElementType::kFloat8E4M3FN:
    case ElementType::kFloat8E4M3FNUZ:
    case ElementType::kFloat8E5M2:
    case ElementType::kFloat8E5M2FNUZ:
    case ElementType::kFloat4E2M1:
      return true;
    default:
      return false;
  }
}

// -0 and +0 differ only where nothing may.
bool Same(double actual, double expected, double absolute, double relative) {
  if (std::isnan(expected)) return std::isnan(actual);
  if (actual == expected) return absolute != 0 || relative != 0 || std::signbit(actual) == std::signbit(expected);
  return std::fabs(actual - expected) <= absolute + relative * std::fabs(expected);
}

// The bytes as text, for integers too large for double.
std::string HexElement(const Value& value, size_t i) {
  std::ostringstream text;
  const size_t bytes = ElementBits(value.type) / 8;
  for (size_t k = bytes; k-- > 0;)
    text << std::hex << (value.bytes[i * bytes + k] >> 4) << (value.bytes[i * bytes + k] & 15);
  return text.str();
}

}  // namespace

void ExpectSame(const Value& actual, const Value& expected, double absolute, double relative) {
  ASSERT_EQ(ElementTypeName(actual.type), std::string(ElementTypeName(expected.type)));
  ASSERT_EQ(ToString(actual.shape), ToString(expected.shape));
  ASSERT_EQ(actual.bytes.size(), expected.bytes.size());
  if (actual.bytes == expected.bytes) return;
  const std::vector<double> a = Numbers(actual);
  const std::vector<double> e = Numbers(expected);
  int shown = 0;
  for (size_t i = 0; i < a.size() && shown < 8; ++i) {
    if (IsFloatType(actual.type)) {
      if (Same(a[i], e[i], absolute, relative)) continue;
      ADD_FAILURE() << "element " << i << " of " << ToString(actual.shape) << ": " << a[i] << ", expected " << e[i];
      ++shown;
    } else if (a[i] != e[i] && std::fabs(a[i] - e[i]) > absolute) {
      ADD_FAILURE() << "element " << i << " of " << ToString(actual.shape) << ": " << a[i] << ", expected " << e[i];
      ++shown;
    } else if (ElementBits(actual.type) == 64 && HexElement(actual, i) != HexElement(expected, i) && absolute == 0) {
      ADD_FAILURE() << "element " << i << ": 0x" << HexElement(actual, i) << ", expected 0x" << HexElement(expected, i);
      ++shown;
    }
  }
}

OpTest& OpTest::Add(Kind kind, Value value) {
  In in;
  in.kind = kind;
  in.value = std::move(value);
  inputs_.push_back(std::move(in));
  return *this;
}

OpTest& OpTest::AddOutput(Value value, Expectation expectation) {
  outputs_.push_back({expectation, std::move(value), {}});
  return *this;
}

OpTest& OpTest::Packed(ElementType type, const Shape& logical_shape, format::StorageOrder order, uint8_t width,
                       uint32_t group, std::vector<uint8_t> bytes) {
  Add(kPacked, {type, logical_shape, std::move(bytes)});
  inputs_.back().order = order;
  inputs_.back().width = width;
  inputs_.back().group = group;
  return *this;
}

OpTest& OpTest::Quantization(int i, const std::vector<float>& scales, const std::vector<int64_t>& zero_points,
                             int axis) {
  inputs_[i].quantization.scale = scales;
  inputs_[i].quantization.zero_point = zero_points;
  inputs_[i].quantization.axis = axis;
  return *this;
}

OpTest& OpTest::OutputQuantization(int i, float scale, int64_t zero_point) {
  outputs_[i].quantization.scale = {scale};
  outputs_[i].quantization.zero_point = {zero_point};
  return *this;
}

bool OpTest::IsGraphInput(const In& in, Mix mix) const {
  switch (in.kind) {
    case kInput:
      return mix != kAllConstant;
    case kParam:
      return mix == kAllInputs;
    default:
      return false;
  }
}

ModelBuilder::File OpTest::Build(Mix mix) const {
  ModelBuilder builder;
  std::vector<int> inputs, outputs;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const In& in = inputs_[i];
    const std::string name = "input" + std::to_string(i);
    int index = -1;
    if (in.kind == kPacked) {
      index =
          builder.AddPacked(name.c_str(), in.value.type, in.value.shape, in.order, in.width, in.group, in.value.bytes);
    } else if (IsGraphInput(in, mix)) {
      index = builder.AddInput(name.c_str(), in.value.type, in.value.shape);
    } else if (in.kind != kAbsent) {
      index = builder.AddConstant(name.c_str(), in.value);
    }
    if (index >= 0 && !in.quantization.scale.empty()) {
      builder.tensor(index).quantization = std::make_unique<format::QuantizationT>(in.quantization);
    }
    inputs.push_back(index);
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const bool left_out = outputs_[i].expectation == kLeftOut;
    const std::string name = "output" + std::to_string(i);
    outputs.push_back(left_out ? -1 : builder.AddResult(name.c_str(), outputs_[i].value.type, outputs_[i].value.shape));
    if (!left_out) builder.MarkOutput(outputs.back());
    if (!left_out && !outputs_[i].quantization.scale.empty()) {
      builder.tensor(outputs.back()).quantization = std::make_unique<format::QuantizationT>(outputs_[i].quantization);
    }
  }
  format::OpT& op = builder.AddOp(code_, inputs, outputs, "tested");
  op.attrs = attrs_;
  op.version = version_;
  op.canonical = canonical_;
  return builder.Finish();
}

Status OpTest::Run(Mix mix, int threads, std::vector<Value>* outputs) const {
  const ModelBuilder::File file = Build(mix);
  Result<Model> model = Model::FromBuffer(file.data(), file.size());
  if (!model.ok()) return std::move(model.status());
  SessionOptions options;
  options.threads = threads;
  Result<Session> session = Session::Create(*model, options);
  if (!session.ok()) return std::move(session.status());
  int next = 0;
  for (const In& in : inputs_) {
    if (!IsGraphInput(in, mix)) continue;
    const Tensor* tensor = session->Input(next++);
    if (!in.value.bytes.empty()) std::memcpy(tensor->raw_data(), in.value.bytes.data(), in.value.bytes.size());
  }
  LINNET_RETURN_IF_ERROR(session->Run());
  for (int i = 0; i < session->output_count(); ++i) {
    const Tensor* tensor = session->Output(i);
    const uint8_t* bytes = static_cast<const uint8_t*>(tensor->raw_data());
    outputs->push_back({tensor->type(), tensor->shape(), std::vector<uint8_t>(bytes, bytes + tensor->bytes())});
  }
  return {};
}

void OpTest::Compare(const std::vector<Value>& outputs) const {
  size_t next = 0;
  for (const Out& out : outputs_) {
    if (out.expectation == kLeftOut) continue;
    ASSERT_LT(next, outputs.size());
    SCOPED_TRACE("output " + std::to_string(next));
    const Value& actual = outputs[next++];
    if (out.expectation == kCompared) {
      ExpectSame(actual, out.value, absolute_, relative_);
    } else {
      EXPECT_EQ(ElementTypeName(actual.type), std::string(ElementTypeName(out.value.type)));
      EXPECT_EQ(ToString(actual.shape), ToString(out.value.shape));
    }
  }
}

void OpTest::CheckMix(Mix mix, const char* description) const {
  SCOPED_TRACE(std::string(EnumNameOpCode(code_)) + ", " + description);
  std::vector<Value> one_thread, two_threads;
  const Status status = Run(mix, 1, &one_thread);
  ASSERT_TRUE(status.ok()) << status.message();
  Compare(one_thread);
  const Status parallel_status = Run(mix, 2, &two_threads);
  ASSERT_TRUE(parallel_status.ok()) << parallel_status.message();
  ASSERT_EQ(one_thread.size(), two_threads.size());
  for (size_t i = 0; i < one_thread.size(); ++i) {
    EXPECT_EQ(one_thread[i].bytes, two_threads[i].bytes) << "output " << i << " of one and of two threads";
  }
}

void OpTest::Check() const {
  bool has_input = false, has_param = false;
  for (const In& in : inputs_) {
    has_input |= in.kind == kInput;
    has_param |= in.kind == kParam;
  }
  CheckMix(kAsDeclared, "inputs as declared");
  if (has_input) CheckMix(kAllConstant, "all inputs constant");
  if (has_param && params_vary_) CheckMix(kAllInputs, "parameters computed in the run");
}

void OpTest::ExpectError(StatusCode code, const std::string& part) const {
  SCOPED_TRACE(EnumNameOpCode(code_));
  for (const Mix mix : {kAsDeclared, kAllConstant, kAllInputs}) {
    if (mix == kAllInputs && !params_vary_) continue;
    std::vector<Value> outputs;
    const Status status = Run(mix, 1, &outputs);
    ASSERT_FALSE(status.ok()) << "an error with '" << part << "' was expected";
    EXPECT_EQ(StatusCodeName(status.code()), std::string(StatusCodeName(code))) << status.message();
    EXPECT_NE(std::string(status.message()).find(part), std::string::npos)
        << "'" << part << "' is not in: " << status.message();
  }
}

std::vector<Value> OpTest::Compute() const {
  std::vector<Value> outputs;
  const Status status = Run(kAsDeclared, 1, &outputs);
  EXPECT_TRUE(status.ok()) << status.message();
  return outputs;
}

}  // namespace linnet::testing
