#include "cli/exit_status.h"

#include <gtest/gtest.h>

#include <sstream>

namespace linnet::cli {
namespace {

TEST(ExitStatus, FollowsTheOriginOfTheError) {
  EXPECT_EQ(ExitStatusOf(StatusCode::kOk), 0);
  EXPECT_EQ(ExitStatusOf(StatusCode::kInvalidArgument), 1);
  EXPECT_EQ(ExitStatusOf(StatusCode::kInvalidModel), 2);
  EXPECT_EQ(ExitStatusOf(StatusCode::kUnsupported), 2);
  EXPECT_EQ(ExitStatusOf(StatusCode::kOutOfRange), 2);
  EXPECT_EQ(ExitStatusOf(StatusCode::kNotFound), 4);
  EXPECT_EQ(ExitStatusOf(StatusCode::kIoError), 4);
  EXPECT_EQ(ExitStatusOf(StatusCode::kOutOfMemory), 4);
}

TEST(Fail, PrintsOneLine) {
  std::ostringstream err;
  EXPECT_EQ(Fail(err, Status::Error(StatusCode::kIoError, "disk %d is full", 1)), 4);
  EXPECT_EQ(err.str(), "linnet: disk 1 is full\n");
}

}  // namespace
}  // namespace linnet::cli
