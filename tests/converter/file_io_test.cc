#include "converter/file_io.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FileIoTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  static Status Write(const std::string& path, const std::string& text) {
    return WriteFileAtomically(path, text.data(), text.size());
  }
  static std::string Read(const std::string& path) {
    Result<std::vector<uint8_t>> bytes = ReadFile(path);
    return bytes.ok() ? std::string(bytes->begin(), bytes->end()) : std::string("error: ") + bytes.message();
  }
  size_t FileCount() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(FileIoTest, WritesReadsAndReplaces) {
  for (const std::string& text : {std::string("hello"), std::string(), std::string(100000, 'x')}) {
    ASSERT_TRUE(Write(Path("a"), text).ok());
    EXPECT_EQ(Read(Path("a")), text);
  }
  EXPECT_EQ(FileCount(), 1u) << "temporary files are left";
}

TEST_F(FileIoTest, KeepsTheModeOfAFileAndFollowsLinks) {
  ASSERT_TRUE(Write(Path("target"), "old").ok());
  ASSERT_EQ(chmod(Path("target").c_str(), 0640), 0);
  fs::create_symlink("target", Path("link"));
  ASSERT_TRUE(Write(Path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  EXPECT_EQ(Read(Path("target")), "new");
  struct stat info;
  ASSERT_EQ(stat(Path("target").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

TEST_F(FileIoTest, FailuresNameThePathAndLeaveNothing) {
  const Status no_folder = Write(Path("none/a"), "x");
  EXPECT_EQ(no_folder.code(), StatusCode::kIoError);
  EXPECT_THAT(no_folder.message(), HasSubstr("none/a"));
  const Status folder = Write(Path("."), "x");
  EXPECT_EQ(folder.code(), StatusCode::kIoError);
  EXPECT_THAT(folder.message(), HasSubstr("it is a folder"));
  const Status full = Write("/dev/full", "x");
  EXPECT_EQ(full.code(), StatusCode::kIoError);
  EXPECT_THAT(full.message(), HasSubstr("No space left"));
  EXPECT_EQ(FileCount(), 0u);
}

TEST_F(FileIoTest, ADiskThatFillsUpLeavesTheOldFile) {
  ASSERT_TRUE(Write(Path("a"), "old").ok());
  struct rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small = {1000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = Write(Path("a"), std::string(100000, 'x'));
  EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_THAT(status.message(), HasSubstr(Path("a")));
  EXPECT_EQ(Read(Path("a")), "old");
  EXPECT_EQ(FileCount(), 1u) << "temporary files are left";
}

TEST_F(FileIoTest, WritesToWhatIsNoRegularFile) {
  EXPECT_TRUE(Write("/dev/null", "x").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(FileIoTest, ReadErrorsSayWhy) {
  Result<std::vector<uint8_t>> none = ReadFile(Path("none"));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(none.message(), HasSubstr("none"));
  Result<std::vector<uint8_t>> folder = ReadFile(Path("."));
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.status().code(), StatusCode::kIoError);
}

}  // namespace
}  // namespace linnet::converter
