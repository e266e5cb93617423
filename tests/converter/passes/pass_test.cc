#include "tests/converter/passes/pass_test.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "converter/tensor_values.h"

namespace linnet::converter {

ValueId PassTest::Input(const Shape& shape, const std::vector<std::string>& symbols) {
  const ValueId id = graph_.AddValue(graph_.UniqueName("x"));
  Value& value = graph_.value(id);
  value.type = ElementType::kFloat32;
  value.shape = value.symbolic_shape = shape;
  value.has_shape = true;
  for (int i = 0; i < shape.rank(); ++i) {
    const bool symbolic = i < static_cast<int>(symbols.size()) && !symbols[i].empty();
    value.dims.push_back(symbolic ? Dim{-1, symbols[i]} : Dim{shape[i], ""});
  }
  graph_.inputs.push_back(id);
  return id;
}

ValueId PassTest::Random(const Shape& shape, bool positive) {
  const HostTensor tensor = RandomTensor("", ElementType::kFloat32, shape, ++seed_);
  std::vector<double> values = ToDoubles(tensor.type, tensor.bytes.data(), static_cast<size_t>(shape.elements()));
  if (positive) {
    for (double& value : values) value = 1 + value / 2;
  }
  return Floats(shape, std::vector<float>(values.begin(), values.end()));
}

ValueId PassTest::Floats(const Shape& shape, const std::vector<float>& values) {
  return graph_.AddFloats(graph_.UniqueName("c"), shape, values);
}

ValueId PassTest::Ints(const std::vector<int64_t>& values) {
  return graph_.AddInts(graph_.UniqueName("ints"), {static_cast<int64_t>(values.size())}, values);
}

ValueId PassTest::Unary(OpCode op, ValueId x, float alpha, float beta) {
  format::UnaryT attributes;
  attributes.alpha = alpha;
  attributes.beta = beta;
  return Op(op, {x}, std::move(attributes));
}

ValueId PassTest::MeanOfLastAxis(ValueId x) {
  format::ReduceT attributes;
  attributes.axes = {-1};
  return Op(OpCode::ReduceMean, {x}, std::move(attributes));
}

ValueId PassTest::Conv2D(ValueId x, int64_t channels, int64_t n, int64_t kernel, bool bias, int pad, int group) {
  format::Conv2DT attributes;
  attributes.pad_top = attributes.pad_left = attributes.pad_bottom = attributes.pad_right = pad;
  attributes.group = group;
  const ValueId weight = Random({n, kernel, kernel, channels / group});
  return Op(OpCode::Conv2D, {x, weight, bias ? Random({n}) : kNoValue}, std::move(attributes));
}

ValueId PassTest::DepthwiseConv2D(ValueId x, int64_t channels, int64_t kernel, bool bias, int pad) {
  format::DepthwiseConv2DT attributes;
  attributes.pad_top = attributes.pad_left = attributes.pad_bottom = attributes.pad_right = pad;
  const ValueId weight = Random({kernel, kernel, channels});
  return Op(OpCode::DepthwiseConv2D, {x, weight, bias ? Random({channels}) : kNoValue}, std::move(attributes));
}

ValueId PassTest::ConvTranspose2D(ValueId x, int64_t channels, int64_t n, int64_t kernel, bool bias) {
  format::ConvTranspose2DT attributes;
  attributes.stride_h = attributes.stride_w = 2;
  const ValueId weight = Random({n, kernel, kernel, channels});
  return Op(OpCode::ConvTranspose2D, {x, weight, bias ? Random({n}) : kNoValue}, std::move(attributes));
}

ValueId PassTest::MatMul(ValueId a, int64_t k, int64_t n, bool bias, bool transpose_b) {
  format::MatMulT attributes;
  attributes.transpose_b = transpose_b;
  const ValueId b = transpose_b ? Random({n, k}) : Random({k, n});
  return Op(OpCode::MatMul, {a, b, bias ? Random({n}) : kNoValue}, std::move(attributes));
}

namespace {

// An 8-bit scalar.
ValueId AddByte(Graph* graph, int value, ElementType type) {
  const auto byte = static_cast<uint8_t>(value);
  return graph->AddConstant(graph->UniqueName("zero_point"), type, {}, Bytes::Copy(&byte, 1));
}

}  // namespace

ValueId PassTest::Quantize(ValueId x, float scale, int zero_point, ElementType type) {
  format::QuantizeT attributes;
  attributes.type = static_cast<format::ElementType>(type);
  return Op(OpCode::QuantizeLinear, {x, Scalar(scale), AddByte(&graph_, zero_point, type)}, std::move(attributes));
}

ValueId PassTest::Dequantize(ValueId x, float scale, int zero_point, ElementType type) {
  return Op(OpCode::DequantizeLinear, {x, Scalar(scale), AddByte(&graph_, zero_point, type)}, format::QuantizeT());
}

ValueId PassTest::Int8Weight(const Shape& shape, int axis) {
  HostTensor tensor = RandomTensor("", ElementType::kInt8, shape, ++seed_);
  for (uint8_t& byte : tensor.bytes) byte = byte == 0x80 ? 0x81 : byte;  // [-127, 127]
  const ValueId weight = graph_.AddConstant(graph_.UniqueName("w"), ElementType::kInt8, shape,
                                            Bytes::Copy(tensor.bytes.data(), tensor.bytes.size()));
  std::vector<float> scales;
  for (int64_t c = 0; c < shape[axis]; ++c) scales.push_back(0.01f / static_cast<float>(c % 3 + 1));
  format::QuantizeT attributes;
  attributes.axis = axis;
  return Op(OpCode::DequantizeLinear, {weight, Floats({shape[axis]}, scales)}, std::move(attributes));
}

ValueId PassTest::Finish(Node* node) {
  while (!node->inputs.empty() && node->inputs.back() == kNoValue) node->inputs.pop_back();
  node->outputs = {graph_.AddValue(node->name)};
  return node->outputs[0];
}

std::vector<HostTensor> PassTest::RandomInputs() const {
  std::vector<HostTensor> inputs;
  for (ValueId id : graph_.inputs) {
    const Value& value = graph_.value(id);
    inputs.push_back(RandomTensor(value.name, value.type, value.shape, 1000 + inputs.size()));
    // Beyond the knees of activations on both sides.
    auto* floats = reinterpret_cast<float*>(inputs.back().bytes.data());
    for (int64_t i = 0; i < value.shape.elements(); ++i) floats[i] *= 5;
  }
  return inputs;
}

void PassTest::CheckOrder() const {
  std::set<ValueId> defined(graph_.inputs.begin(), graph_.inputs.end());
  for (const auto& node : graph_.nodes()) {
    for (ValueId input : node->inputs) {
      if (input == kNoValue || graph_.value(input).is_constant()) continue;
      EXPECT_TRUE(defined.count(input)) << node->name << " uses " << graph_.value(input).name << " before its place";
    }
    for (ValueId output : node->outputs) {
      if (output == kNoValue) continue;
      EXPECT_TRUE(defined.insert(output).second) << graph_.value(output).name << " is computed twice";
    }
  }
}

void PassTest::ExpectRewrite(Run pass, int changes, double tolerance) {
  Status status = InferShapes(&graph_);
  ASSERT_TRUE(status.ok()) << status.message();
  const std::vector<HostTensor> inputs = RandomInputs();
  Result<std::vector<HostTensor>> before = Evaluate(graph_, inputs, graph_.outputs);
  ASSERT_TRUE(before.ok()) << before.message();

  int found = 0;
  status = pass(&graph_, &log_, &found);
  ASSERT_TRUE(status.ok()) << status.message();
  if (changes >= 0) {
    EXPECT_EQ(found, changes) << graph_.ToString();
  }
  EXPECT_GT(found, 0) << graph_.ToString();
  CheckOrder();
  status = InferShapes(&graph_);
  ASSERT_TRUE(status.ok()) << status.message() << "\n" << graph_.ToString();

  Result<std::vector<HostTensor>> after = Evaluate(graph_, inputs, graph_.outputs);
  ASSERT_TRUE(after.ok()) << after.message() << "\n" << graph_.ToString();
  ASSERT_EQ(before->size(), after->size());
  for (size_t i = 0; i < before->size(); ++i) {
    const HostTensor &expected = (*before)[i], &got = (*after)[i];
    EXPECT_EQ(expected.name, got.name);
    ASSERT_EQ(ShapeText(expected.shape), ShapeText(got.shape));
    const size_t count = static_cast<size_t>(expected.shape.elements());
    const Difference difference = Compare(ToDoubles(expected.type, expected.bytes.data(), count),
                                          ToDoubles(got.type, got.bytes.data(), count));
    EXPECT_GT(difference.largest_magnitude, 0) << "a test whose outputs are all zero shows nothing";
    EXPECT_LE(difference.relative(), tolerance) << expected.name << "\n" << graph_.ToString();
  }
}

void PassTest::ExpectNoRewrite(Run pass) {
  Status status = InferShapes(&graph_);
  ASSERT_TRUE(status.ok()) << status.message();
  const std::string before = graph_.ToString();
  int changes = -1;
  status = pass(&graph_, &log_, &changes);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(changes, 0);
  EXPECT_EQ(graph_.ToString(), before);
}

std::vector<OpCode> PassTest::Ops() const {
  std::vector<OpCode> ops;
  for (const auto& node : graph_.nodes()) ops.push_back(node->op);
  return ops;
}

Node& PassTest::Only(OpCode op) {
  const auto is_op = [op](const auto& node) { return node->op == op; };
  EXPECT_EQ(std::count_if(graph_.nodes().begin(), graph_.nodes().end(), is_op), 1) << graph_.ToString();
  const auto found = std::find_if(graph_.nodes().begin(), graph_.nodes().end(), is_op);
  return found != graph_.nodes().end() ? **found : *graph_.nodes().front();
}

}  // namespace linnet::converter
