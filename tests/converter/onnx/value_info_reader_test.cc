#include "converter/onnx/value_info_reader.h"

#include <gtest/gtest.h>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::Message;

ValueInfoProto Read(const Message& message) {
  Location location;
  return ReadValueInfoProto(data_view(message.data().data(), message.data().size()), &location);
}

TEST(ValueInfoReaderTest, ReadsSizesAndSymbols) {
  const ValueInfoProto info = Read(linnet::testing::ValueInfoMessage("x", ElementType::kInt64, {2, "n", ""}));
  EXPECT_EQ(info.name, "x");
  EXPECT_EQ(info.kind, ValueInfoProto::Kind::kTensor);
  EXPECT_EQ(info.type, ElementType::kInt64);
  ASSERT_EQ(info.dims.size(), 3u);
  EXPECT_EQ(info.dims[0].size, 2);
  EXPECT_EQ(info.dims[1].size, -1);
  EXPECT_EQ(info.dims[1].symbol, "n");
  EXPECT_EQ(info.dims[2].size, -1);
}

TEST(ValueInfoReaderTest, TellsUnknownRankFromScalar) {
  const Message no_shape = Message().Int(tensor_type_field::kElemType, 1);
  const ValueInfoProto unknown =
      Read(Message().Add(value_info_field::kType, Message().Add(type_field::kTensorType, no_shape)));
  EXPECT_FALSE(unknown.has_shape);
  EXPECT_TRUE(Read(linnet::testing::ValueInfoMessage("x", ElementType::kFloat32, {})).has_shape);
}

TEST(ValueInfoReaderTest, TellsWhatIsNoTensor) {
  const ValueInfoProto sequence =
      Read(Message().Add(value_info_field::kType, Message().Add(type_field::kSequenceType, Message())));
  EXPECT_EQ(sequence.kind, ValueInfoProto::Kind::kSequence);
}

TEST(ValueInfoReaderTest, RefusesUnknownElementTypes) {
  EXPECT_THROW(Read(linnet::testing::ValueInfoMessage("x", static_cast<ElementType>(77), {})), ReadError);
}

}  // namespace
}  // namespace linnet::converter::onnx
