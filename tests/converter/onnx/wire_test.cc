#include "converter/onnx/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::Message;
using ::testing::ElementsAre;

TEST(WireTest, KeepsThePlaceOfAnError) {
  Location location;
  LocationScope outer(&location, "graph");
  { LocationScope passed(&location, "node 0"); }
  try {
    LocationScope inner(&location, "node 1");
    inner.Rename("node 'conv'");
    throw ReadError("bad");
  } catch (const ReadError&) {
  }
  EXPECT_EQ(location.ToString(), "graph, node 'conv'");
}

TEST(WireTest, ChecksWireTypes) {
  const Message number = Message().Int(1, 5);
  WireReader field(number.data());
  ASSERT_TRUE(field.next());
  EXPECT_THROW(GetView(field), ReadError);
  EXPECT_THROW(GetFloat(field), ReadError);
  EXPECT_EQ(GetInt(field), 5);
}

TEST(WireTest, RefusesPackedValuesThatBreakOff) {
  const Message packed = Message().String(1, "abcdefg");
  WireReader field(packed.data());
  ASSERT_TRUE(field.next());
  std::vector<float> values;
  EXPECT_THROW(AppendFloats(field, &values), ReadError);
}

TEST(WireTest, RefusesAVarintWithoutEnd) {
  const Message packed = Message().String(1, "\x05\xff\xff");
  WireReader field(packed.data());
  ASSERT_TRUE(field.next());
  std::vector<int64_t> values;
  EXPECT_THROW(AppendInts(field, &values), protozero::exception);
}

TEST(WireTest, AppendsDoubles) {
  const Message message = Message().Doubles(1, {1, 2});
  WireReader field(message.data());
  ASSERT_TRUE(field.next());
  std::vector<double> values = {0};
  AppendDoubles(field, &values);
  EXPECT_THAT(values, ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace linnet::converter::onnx
