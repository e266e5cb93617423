#include "cli/command_line.h"

#include <sstream>

#include "cli/exit_status.h"
#include "cli_test.h"

namespace linnet::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using cli::CommandLine;
using cli::Subcommand;

// A program with one subcommand, "sing", that has an option of each kind.
class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() : line_("bird", "Sings.", "bird 1"), sing_(line_, "sing", "Sings a song") {
    sing_.Value("SONG", &song_, "Its name").Required();
    sing_.Value("--key", &key_, "Of the song").OneOf({"major", "minor"});
    sing_.Value("-n,--times", &times_, "How often").Between(1, 9).ShowDefault();
    sing_.Value("--seed", &seed_, "Of its luck");
    sing_.Value("--gain", &gain_, "Loudness").NotNegative();
    sing_.Values("--with", &with_, "Another bird");
    sing_.Values("--pitch", &pitch_, "Of each voice");
    sing_.Flag("--loud", &loud_, "Louder");
  }
  bool Parse(const std::vector<std::string>& arguments) {
    out_.str("");
    err_.str("");
    return line_.Parse(arguments, out_, err_, &status_);
  }

  std::string song_, key_ = "major";
  int times_ = 2, status_ = -1;
  uint64_t seed_ = 0;
  double gain_ = 1;
  std::vector<std::string> with_;
  std::vector<float> pitch_;
  bool loud_ = false;
  CommandLine line_;
  Subcommand sing_;
  std::ostringstream out_, err_;
};

TEST_F(CommandLineTest, WritesWhatIsGiven) {
  ASSERT_TRUE(Parse({"sing", "--with", "wren", "--with", "rook", "--key", "minor", "-n", "3", "--seed",
                     "18446744073709551615", "--gain", "0.5", "--pitch", "1,2.5", "--loud", "lark"}))
      << err_.str();
  EXPECT_TRUE(sing_.chosen());
  EXPECT_EQ(song_, "lark");
  EXPECT_EQ(key_, "minor");
  EXPECT_EQ(times_, 3);
  EXPECT_EQ(seed_, UINT64_MAX);
  EXPECT_EQ(gain_, 0.5);
  EXPECT_THAT(with_, ElementsAre("wren", "rook"));
  EXPECT_THAT(pitch_, ElementsAre(1, 2.5));
  EXPECT_TRUE(loud_);
}

TEST_F(CommandLineTest, KeepsDefaults) {
  ASSERT_TRUE(Parse({"sing", "lark"}));
  EXPECT_EQ(key_, "major");
  EXPECT_EQ(times_, 2);
  EXPECT_FALSE(loud_);
}

TEST_F(CommandLineTest, HelpAndVersionGoToTheOutput) {
  EXPECT_FALSE(Parse({"--version"}));
  EXPECT_EQ(status_, cli::kExitOk);
  EXPECT_EQ(out_.str(), "bird 1\n");
  EXPECT_FALSE(Parse({"sing", "--help"}));
  EXPECT_EQ(status_, cli::kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("How often"));
  EXPECT_THAT(out_.str(), HasSubstr("2"));
}

TEST_F(CommandLineTest, WhatIsWrongIsSaidInOneLine) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"dance"},
                                                       {"sing"},
                                                       {"sing", "lark", "rook"},
                                                       {"sing", "lark", "--key", "blue"},
                                                       {"sing", "lark", "-n", "10"},
                                                       {"sing", "lark", "-n", "1.5"},
                                                       {"sing", "lark", "--gain", "-1"},
                                                       {"sing", "lark", "--pitch", "1,x"}};
  for (const std::vector<std::string>& arguments : wrong) {
    EXPECT_FALSE(Parse(arguments)) << ::testing::PrintToString(arguments);
    EXPECT_EQ(status_, cli::kExitUsage);
    EXPECT_EQ(out_.str(), "");
    EXPECT_THAT(err_.str(), HasSubstr("'bird --help' lists commands"));
  }
}

}  // namespace
}  // namespace linnet::testing
