#include "converter/onnx/tensor_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::FloatTensor;
using linnet::testing::IntTensor;
using linnet::testing::Message;
using linnet::testing::TemporaryFolder;
using linnet::testing::TensorHeader;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TensorProto Read(const Message& message, const std::string& folder = ".") {
  const Bytes file = Bytes::Copy(message.data().data(), message.data().size());
  ExternalFiles external(folder);
  return ReadTensorProto(data_view(static_cast<const char*>(file.data()), file.size()), file, &external);
}

template <typename T>
std::vector<T> Values(const TensorProto& tensor) {
  std::vector<T> values(tensor.data.size() / sizeof(T));
  std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

std::string ErrorOf(const Message& message, const std::string& folder = ".") {
  try {
    Read(message, folder);
  } catch (const ReadError& error) {
    return error.what();
  }
  return "no error";
}

template <typename T>
std::string Raw(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

TEST(TensorReaderTest, ReadsRawDataOfAnyAlignment) {
  for (size_t padding = 0; padding < 8; ++padding) {
    Message tensor = TensorHeader(std::string(padding, 'n'), ElementType::kFloat32, {2});
    tensor.String(tensor_field::kRawData, Raw<float>({1.5f, -2}));
    const TensorProto read = Read(tensor);
    EXPECT_THAT(Values<float>(read), ElementsAre(1.5f, -2));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(read.data.data()) % sizeof(float), 0u);
  }
}

TEST(TensorReaderTest, ReadsEveryTypedField) {
  EXPECT_THAT(Values<float>(Read(FloatTensor("t", {2}, {1, 2}))), ElementsAre(1, 2));
  EXPECT_THAT(Values<int64_t>(Read(IntTensor("t", {2}, {-1, 1LL << 40}))), ElementsAre(-1, 1LL << 40));
  Message doubles = TensorHeader("t", ElementType::kFloat64, {1}).Doubles(tensor_field::kDoubleData, {0.1});
  EXPECT_THAT(Values<double>(Read(doubles)), ElementsAre(0.1));
  Message uint32 = TensorHeader("t", ElementType::kUint32, {1}).Ints(tensor_field::kUint64Data, {0xffffffff});
  EXPECT_THAT(Values<uint32_t>(Read(uint32)), ElementsAre(0xffffffff));
  Message uint64 = TensorHeader("t", ElementType::kUint64, {1}).Ints(tensor_field::kUint64Data, {-1});
  EXPECT_THAT(Values<uint64_t>(Read(uint64)), ElementsAre(~uint64_t{0}));
}

TEST(TensorReaderTest, ReadsSmallTypesFromInt32Data) {
  const auto read = [](ElementType type, const std::vector<int64_t>& dims, const std::vector<int64_t>& values) {
    return Read(TensorHeader("t", type, dims).Ints(tensor_field::kInt32Data, values));
  };
  EXPECT_THAT(Values<int32_t>(read(ElementType::kInt32, {2}, {-5, 7})), ElementsAre(-5, 7));
  EXPECT_THAT(Values<int8_t>(read(ElementType::kInt8, {2}, {-5, 7})), ElementsAre(-5, 7));
  EXPECT_THAT(Values<uint8_t>(read(ElementType::kUint8, {1}, {200})), ElementsAre(200));
  EXPECT_THAT(Values<int16_t>(read(ElementType::kInt16, {1}, {-300})), ElementsAre(-300));
  EXPECT_THAT(Values<uint8_t>(read(ElementType::kBool, {2}, {1, 0})), ElementsAre(1, 0));
  EXPECT_THAT(Values<uint16_t>(read(ElementType::kFloat16, {1}, {0x3c00})), ElementsAre(0x3c00));
  EXPECT_THAT(Values<uint16_t>(read(ElementType::kBfloat16, {1}, {0x3f80})), ElementsAre(0x3f80));
  EXPECT_THAT(Values<uint8_t>(read(ElementType::kFloat8E4M3FN, {1}, {0x7e})), ElementsAre(0x7e));
  EXPECT_THAT(Values<uint8_t>(read(ElementType::kInt4, {3}, {0x21, 0x03})), ElementsAre(0x21, 0x03));
}

TEST(TensorReaderTest, ReadsScalarsAndEmptyTensors) {
  EXPECT_THAT(Values<float>(Read(FloatTensor("t", {}, {3}))), ElementsAre(3));
  const TensorProto empty = Read(TensorHeader("t", ElementType::kFloat32, {0, 5}));
  EXPECT_TRUE(empty.data);
  EXPECT_EQ(empty.data.size(), 0u);
}

TEST(TensorReaderTest, KeepsTypesThatItCannotStoreWithoutData) {
  const TensorProto text = Read(TensorHeader("t", ElementType::kString, {1}));
  EXPECT_EQ(text.type, ElementType::kString);
  EXPECT_FALSE(text.data);
}

TEST(TensorReaderTest, RefusesSizesThatDoNotFit) {
  EXPECT_THAT(ErrorOf(FloatTensor("w", {3}, {1, 2})), HasSubstr("tensor 'w' has 2 values, its shape asks for 3"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", ElementType::kInt64, {1LL << 62, 4})), HasSubstr("overflows"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", ElementType::kInt64, {1LL << 62, 1})), HasSubstr("overflows"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", ElementType::kInt64, {1LL << 62, 4, 0})), HasSubstr("overflows"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", ElementType::kFloat32, {1LL << 50})), HasSubstr("has 0 values"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", ElementType::kFloat32, {-2})), HasSubstr("negative size -2"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", ElementType::kFloat32, std::vector<int64_t>(9, 1))), HasSubstr("9 dimensions"));
  EXPECT_THAT(ErrorOf(TensorHeader("w", static_cast<ElementType>(99), {1})), HasSubstr("element type 99"));
  Message raw = TensorHeader("w", ElementType::kFloat32, {2}).String(tensor_field::kRawData, "abc");
  EXPECT_THAT(ErrorOf(raw), HasSubstr("has 3 bytes, its shape asks for 8"));
}

Message ExternalTensor(const std::vector<std::pair<std::string, std::string>>& entries) {
  Message tensor = TensorHeader("w", ElementType::kFloat32, {2});
  tensor.Int(tensor_field::kDataLocation, kExternalLocation);
  for (const auto& [key, value] : entries) {
    tensor.Add(tensor_field::kExternalData,
               Message().String(entry_field::kKey, key).String(entry_field::kValue, value));
  }
  return tensor;
}

TEST(TensorReaderTest, MapsExternalData) {
  const TemporaryFolder folder;
  folder.Write("data/w.bin", Raw<float>({9, 1, 2}));
  EXPECT_THAT(Values<float>(
                  Read(ExternalTensor({{"location", "data/w.bin"}, {"offset", "4"}, {"length", "8"}}), folder.path())),
              ElementsAre(1, 2));
  EXPECT_THAT(Values<float>(Read(ExternalTensor({{"location", "data/w.bin"}, {"offset", "4"}}), folder.path())),
              ElementsAre(1, 2));
}

TEST(TensorReaderTest, RefusesExternalDataOutsideTheFile) {
  const TemporaryFolder folder;
  folder.Write("w.bin", Raw<float>({9, 1, 2}));
  const auto error = [&](const std::string& offset, const std::string& length) {
    return ErrorOf(ExternalTensor({{"location", "w.bin"}, {"offset", offset}, {"length", length}}), folder.path());
  };
  EXPECT_THAT(error("8", "8"), HasSubstr("'w.bin' has 12 bytes, asked for 8 from 8"));
  EXPECT_THAT(error("18446744073709551612", "8"), HasSubstr("has 12 bytes, asked for 8"));
  EXPECT_THAT(error("0", "12"), HasSubstr("has 12 bytes of external data, its shape asks for 8"));
  EXPECT_THAT(error("-4", "8"), HasSubstr("offset '-4' is no number"));
  EXPECT_THAT(error("99999999999999999999999", "8"), HasSubstr("is no number"));
  EXPECT_THAT(ErrorOf(ExternalTensor({}), folder.path()), HasSubstr("names no file"));
  EXPECT_THAT(ErrorOf(ExternalTensor({{"location", "none.bin"}}), folder.path()),
              HasSubstr("'none.bin' beside the model"));
}

TEST(TensorReaderTest, RefusesExternalDataThatLeavesTheFolder) {
  const TemporaryFolder folder;
  const std::string outside = folder.Write("secret.bin", Raw<float>({1, 2}));
  folder.Write("model/inside.bin", Raw<float>({1, 2}));
  const std::string model = folder.path() + "/model";
  std::filesystem::create_symlink("../secret.bin", model + "/link.bin");
  std::filesystem::create_directory_symlink("..", model + "/up");
  const auto error = [&](const std::string& location) {
    return ErrorOf(ExternalTensor({{"location", location}}), model);
  };
  EXPECT_EQ(error("inside.bin"), "no error");
  EXPECT_EQ(error("./inside.bin"), "no error");
  EXPECT_THAT(error(outside), HasSubstr("absolute path"));
  EXPECT_THAT(error("../secret.bin"), HasSubstr("leaves the model's folder"));
  EXPECT_THAT(error("link.bin"), HasSubstr("leaves the model's folder"));
  EXPECT_THAT(error("up/secret.bin"), HasSubstr("leaves the model's folder"));
}

Message SparseTensor(const Message& values, const Message& indices, const std::vector<int64_t>& dims) {
  return Message()
      .Add(sparse_tensor_field::kValues, values)
      .Add(sparse_tensor_field::kIndices, indices)
      .Ints(sparse_tensor_field::kDims, dims);
}

TensorProto ReadSparse(const Message& message) {
  const Bytes file = Bytes::Copy(message.data().data(), message.data().size());
  ExternalFiles external(".");
  return ReadSparseTensorProto(data_view(static_cast<const char*>(file.data()), file.size()), file, &external);
}

TEST(TensorReaderTest, MakesSparseTensorsDense) {
  const Message values = FloatTensor("s", {2}, {5, 6});
  EXPECT_THAT(Values<float>(ReadSparse(SparseTensor(values, IntTensor("", {2}, {1, 3}), {2, 2}))),
              ElementsAre(0, 5, 0, 6));
  EXPECT_THAT(Values<float>(ReadSparse(SparseTensor(values, IntTensor("", {2, 2}, {0, 1, 1, 0}), {2, 2}))),
              ElementsAre(0, 5, 6, 0));
}

TEST(TensorReaderTest, RefusesDamagedSparseTensors) {
  const Message values = FloatTensor("s", {2}, {5, 6});
  EXPECT_THROW(ReadSparse(SparseTensor(values, IntTensor("", {2}, {1, 4}), {2, 2})), ReadError);
  EXPECT_THROW(ReadSparse(SparseTensor(values, IntTensor("", {2, 2}, {0, 1, -1, 0}), {2, 2})), ReadError);
  EXPECT_THROW(ReadSparse(SparseTensor(values, IntTensor("", {1}, {1}), {2, 2})), ReadError);
  EXPECT_THROW(ReadSparse(SparseTensor(values, FloatTensor("", {2}, {0, 1}), {2, 2})), ReadError);
  EXPECT_THROW(ReadSparse(SparseTensor(values, IntTensor("", {2}, {0, 1}), {1LL << 40})), ReadError);
}

}  // namespace
}  // namespace linnet::converter::onnx
