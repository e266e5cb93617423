#include "converter/mapped_file.h"

#include <gtest/gtest.h>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter {
namespace {

TEST(MappedFileTest, ShowsTheFileUntilTheLastCopyIsGone) {
  const linnet::testing::TemporaryFolder folder;
  Bytes copy;
  {
    Result<Bytes> file = MapFile(folder.Write("f", "hello"));
    ASSERT_TRUE(file.ok()) << file.message();
    copy = *file;
  }
  EXPECT_EQ(std::string(static_cast<const char*>(copy.data()), copy.size()), "hello");
}

TEST(MappedFileTest, TellsWhatIsWrong) {
  const linnet::testing::TemporaryFolder folder;
  Result<Bytes> missing = MapFile(folder.path() + "/none");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  Result<Bytes> directory = MapFile(folder.path());
  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.status().code(), StatusCode::kIoError);
  Result<Bytes> empty = MapFile(folder.Write("empty", ""));
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->size(), 0u);
}

}  // namespace
}  // namespace linnet::converter
