#include "engine/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

namespace linnet {
namespace {

class MappedFileTest : public ::testing::Test {
 protected:
  ~MappedFileTest() override { std::remove(path_.c_str()); }
  const std::string path_ = ::testing::TempDir() + "linnet_mapped_file_test";
};

TEST_F(MappedFileTest, HasTheBytes) {
  std::ofstream(path_) << "hello";
  Result<MappedFile> file = MappedFile::Open(path_.c_str());
  ASSERT_TRUE(file.ok()) << file.message();
  ASSERT_EQ(file->size(), 5u);
  EXPECT_EQ(std::memcmp(file->data(), "hello", 5), 0);
  const MappedFile moved = std::move(*file);
  EXPECT_EQ(file->data(), nullptr);
  EXPECT_EQ(std::memcmp(moved.data(), "hello", 5), 0);
}

TEST_F(MappedFileTest, EmptyFile) {
  std::ofstream(path_) << "";
  Result<MappedFile> file = MappedFile::Open(path_.c_str());
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(file->size(), 0u);
}

TEST_F(MappedFileTest, NoSuchFile) {
  for (const std::string& path : {path_, path_ + "/below", std::string()}) {
    Result<MappedFile> file = MappedFile::Open(path.c_str());
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.status().code(), StatusCode::kNotFound);
    EXPECT_NE(std::string(file.message()).find("'" + path + "'"), std::string::npos) << file.message();
  }
}

TEST_F(MappedFileTest, NotARegularFile) {
  EXPECT_EQ(MappedFile::Open(::testing::TempDir().c_str()).status().code(), StatusCode::kIoError);
  // A pipe that nobody writes to: an error at once.
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::Open(path_.c_str()).status().code(), StatusCode::kIoError);
}

}  // namespace
}  // namespace linnet
