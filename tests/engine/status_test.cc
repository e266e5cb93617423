#include "linnet/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace linnet {
namespace {

TEST(Status, Ok) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_STREQ(status.message(), "");
}

TEST(Status, FormatsItsText) {
  const Status status = Status::Error(StatusCode::kOutOfRange, "%s %d", "axis", 7);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOutOfRange);
  EXPECT_STREQ(status.message(), "axis 7");
}

TEST(Status, LongText) {
  const std::string name(5000, 'x');
  EXPECT_EQ(Status::Error(StatusCode::kIoError, "'%s'", name.c_str()).message(), "'" + name + "'");
}

TEST(Status, Prefix) {
  Status status = Status::Error(StatusCode::kInvalidModel, "no subgraph");
  status = std::move(status).WithPrefix("node 'if' 100%");
  EXPECT_EQ(status.code(), StatusCode::kInvalidModel);
  EXPECT_STREQ(status.message(), "node 'if' 100%: no subgraph");
}

TEST(Status, Moves) {
  Status from = Status::Error(StatusCode::kInternal, "text");
  Status to = std::move(from);
  EXPECT_STREQ(to.message(), "text");
  Status other;
  other = std::move(to);
  EXPECT_STREQ(other.message(), "text");
  EXPECT_EQ(other.code(), StatusCode::kInternal);
}

TEST(Status, EveryCodeHasAName) {
  std::set<std::string> names;
  for (StatusCode code :
       {StatusCode::kOk, StatusCode::kInvalidArgument, StatusCode::kNotFound, StatusCode::kIoError,
        StatusCode::kInvalidModel, StatusCode::kUnsupported, StatusCode::kOutOfMemory, StatusCode::kLimitExceeded,
        StatusCode::kCancelled, StatusCode::kOutOfRange, StatusCode::kInternal}) {
    names.insert(StatusCodeName(code));
  }
  EXPECT_EQ(names.size(), 11u);
  EXPECT_EQ(names.count("unknown error"), 0u);
  EXPECT_STREQ(StatusCodeName(static_cast<StatusCode>(99)), "unknown error");
}

Status ReturnsEarly(Status status, bool* reached) {
  LINNET_RETURN_IF_ERROR(std::move(status));
  *reached = true;
  return Status();
}

TEST(Status, ReturnIfError) {
  bool reached = false;
  EXPECT_EQ(ReturnsEarly(Status::Error(StatusCode::kNotFound, "x"), &reached).code(), StatusCode::kNotFound);
  EXPECT_FALSE(reached);
  EXPECT_TRUE(ReturnsEarly(Status(), &reached).ok());
  EXPECT_TRUE(reached);
}

TEST(Result, HoldsAValueOrAnError) {
  Result<std::unique_ptr<int>> value(std::make_unique<int>(3));
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(value.status().ok());
  EXPECT_EQ(**value, 3);
  Result<std::unique_ptr<int>> moved(std::move(value));
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(**moved, 3);
  Result<std::unique_ptr<int>> error(Status::Error(StatusCode::kUnsupported, "no %s", "ints"));
  ASSERT_FALSE(error.ok());
  EXPECT_STREQ(error.message(), "no ints");
  const Result<std::unique_ptr<int>> moved_error(std::move(error));
  EXPECT_FALSE(moved_error.ok());
  EXPECT_STREQ(moved_error.message(), "no ints");
}

}  // namespace
}  // namespace linnet
