#include "cli/npy.h"

#include <cstring>

#include "cli_test.h"
#include "converter/tensor_values.h"
#include "engine/op.h"

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;

// A file with the given header text.
std::vector<uint8_t> MakeFile(int version, const std::string& header, const std::vector<uint8_t>& data) {
  std::vector<uint8_t> file = {0x93, 'N', 'U', 'M', 'P', 'Y', static_cast<uint8_t>(version), 0};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) file.push_back(static_cast<uint8_t>(header.size() >> (8 * i)));
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

std::string Dict(const std::string& descr, const std::string& fortran_order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran_order + ", 'shape': " + shape + ", }\n";
}

class NpyTest : public testing::CliTest {};
class NpyTypeTest : public testing::CliTest, public ::testing::WithParamInterface<int> {};

TEST_P(NpyTypeTest, ComesBackAsItWasWritten) {
  const auto type = static_cast<ElementType>(GetParam());
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{5}, Shape{2, 3}, Shape{1, 2, 3, 4, 1, 1, 2, 2}}) {
    const converter::HostTensor value = converter::RandomTensor("x", type, shape, 7);
    const std::string path = Path("value.npy");
    ASSERT_TRUE(WriteNpy(path, type, shape, value.bytes.data(), value.bytes.size()).ok());
    Result<converter::HostTensor> read = ReadNpy(path, type);
    ASSERT_TRUE(read.ok()) << read.message();
    EXPECT_EQ(read->type, type);
    EXPECT_EQ(read->shape, shape);
    EXPECT_EQ(read->bytes, value.bytes);
  }
}

// Every type of at least 8 bits: float32 ... bool, float16 ... uint64, bfloat16 and the float8 types.
INSTANTIATE_TEST_SUITE_P(Types, NpyTypeTest,
                         ::testing::Values(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20));

TEST_F(NpyTest, WritesFourBitIntegersAsBytes) {
  const std::vector<uint8_t> packed = {0xf1, 0x08};  // int4: 1, -1, -8
  const std::vector<uint8_t> file = FormatNpy(ElementType::kInt4, {3}, packed.data(), packed.size());
  Result<converter::HostTensor> read = ParseNpy(file, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->type, ElementType::kInt8);
  EXPECT_EQ(read->bytes, (std::vector<uint8_t>{1, 0xff, 0xf8}));
}

TEST_F(NpyTest, WritesTwoBitIntegersAsBytes) {
  const std::vector<uint8_t> packed = {0b10010011, 0b01};  // int2: -1, 0, 1, -2, 1
  const std::vector<uint8_t> file = FormatNpy(ElementType::kInt2, {5}, packed.data(), packed.size());
  Result<converter::HostTensor> read = ParseNpy(file, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->type, ElementType::kInt8);
  EXPECT_EQ(read->bytes, (std::vector<uint8_t>{0xff, 0, 1, 0xfe, 1}));
}

TEST_F(NpyTest, DataBeginsAtAMultipleOf64) {
  const float value = 1;
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{1, 1, 1, 1, 1, 1, 1, 1}}) {
    EXPECT_EQ(FormatNpy(ElementType::kFloat32, shape, &value, 4).size() % 64, 4u);
  }
}

TEST_F(NpyTest, ReadsHeadersOfAllVersionsAndStyles) {
  const std::string headers[] = {
      Dict("<i2", "False", "(2, 1)"),
      Dict("=i2", "False", "(2L, 1L)"),
      "{\"shape\":(2,1),\"fortran_order\":False,\"descr\":\"<i2\"}",
  };
  for (int version = 1; version <= 3; ++version) {
    for (const std::string& header : headers) {
      Result<converter::HostTensor> read = ParseNpy(MakeFile(version, header, {1, 0, 2, 0}), "x");
      ASSERT_TRUE(read.ok()) << read.message();
      EXPECT_EQ(read->type, ElementType::kInt16);
      EXPECT_EQ(read->shape, (Shape{2, 1}));
      EXPECT_EQ(read->bytes, (std::vector<uint8_t>{1, 0, 2, 0}));
    }
  }
}

TEST_F(NpyTest, TurnsOtherOrdersIntoRowMajorLittleEndian) {
  // Columns of [[1, 2, 3], [4, 5, 6]], high byte first.
  const std::vector<uint8_t> columns = {0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6};
  Result<converter::HostTensor> read = ParseNpy(MakeFile(1, Dict(">u2", "True", "(2, 3)"), columns), "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->type, ElementType::kUint16);
  EXPECT_EQ(read->bytes, (std::vector<uint8_t>{1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0}));
}

TEST_F(NpyTest, SaysWhatIsWrong) {
  const std::vector<uint8_t> four = {1, 2, 3, 4};
  const std::vector<uint8_t> good = MakeFile(1, Dict("<f4", "False", "(1,)"), four);
  struct Case {
    std::vector<uint8_t> file;
    const char* message;
  };
  std::vector<uint8_t> long_header = good;
  long_header[8] = 255;
  std::vector<uint8_t> version_9 = good;
  version_9[6] = 9;
  const Case cases[] = {
      {{}, "does not begin with"},
      {{'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0}, "does not begin with"},
      {version_9, "unknown version"},
      {{good.begin(), good.begin() + 9}, "ends within the header"},
      {long_header, "ends within the header"},
      {MakeFile(1, "['<f4']", four), "no dict"},
      {MakeFile(1, "{'descr': '<f4'", four), "damaged"},
      {MakeFile(1, "{'descr': '<f4'}", four), "lacks"},
      {MakeFile(1, "{'descr': '<f4", four), "structured"},
      {MakeFile(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", four), "structured"},
      {MakeFile(1, "{'color': 'red'}", four), "unknown entry"},
      {MakeFile(1, Dict("<f4", "Maybe", "(1,)"), four), "fortran_order"},
      {MakeFile(1, Dict("<f4", "False", "(-1,)"), four), "no tuple of sizes"},
      {MakeFile(1, Dict("<f4", "False", "(1"), four), "no tuple of sizes"},
      {MakeFile(1, Dict("<f4", "False", "(1,1,1,1,1,1,1,1,1)"), four), "more than 8"},
      {MakeFile(1, Dict("<f4", "False", "(99999999999999999999,)"), four), "too large"},
      {MakeFile(1, Dict("<f4", "False", "(4611686018427387904, 4)"), four), "larger than any memory"},
      {MakeFile(1, Dict("<U5", "False", "(1,)"), four), "'<U5'"},
      {MakeFile(1, Dict("<c8", "False", "(1,)"), four), "'<c8'"},
      {MakeFile(1, Dict("<V2", "False", "(2,)"), four), "'<V2'"},
      {MakeFile(1, Dict("<f4", "False", "(2,)"), four), "expected 8 bytes of data for <f4 [2], found 4"},
      {MakeFile(1, Dict("<f4", "False", "()"), {1, 2, 3, 4, 5}), "expected 4 bytes"},
  };
  for (const Case& c : cases) {
    Result<converter::HostTensor> read = ParseNpy(c.file, "a/b.npy");
    ASSERT_FALSE(read.ok()) << c.message;
    EXPECT_EQ(read.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(read.message(), HasSubstr(c.message));
    EXPECT_THAT(read.message(), HasSubstr("'a/b.npy'"));
  }
}

TEST_F(NpyTest, EveryTruncationOfAFileIsAnError) {
  const std::vector<uint8_t> file = MakeFile(2, Dict("<f4", "True", "(2, 2)"), std::vector<uint8_t>(16, 1));
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(ParseNpy({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}, "x").ok()) << size;
  }
}

TEST_F(NpyTest, NamesAFileThatIsNotThere) {
  Result<converter::HostTensor> read = ReadNpy(Path("none.npy"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(read.message(), HasSubstr("none.npy"));
}

TEST_F(NpyTest, FullDiskIsAnError) {
  const float value = 1;
  const Status status = WriteNpy("/dev/full", ElementType::kFloat32, {1}, &value, sizeof(value));
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_THAT(status.message(), HasSubstr("No space left"));
}

}  // namespace
}  // namespace linnet::cli
