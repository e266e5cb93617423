#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace linnet::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(ParseSizes, ReadsSizesAndScalars) {
  EXPECT_THAT(*ParseSizes("1x3x224x224"), ElementsAre(1, 3, 224, 224));
  EXPECT_THAT(*ParseSizes("0"), ElementsAre(0));
  EXPECT_THAT(*ParseSizes("scalar"), ElementsAre());
}

TEST(ParseSizes, RefusesEverythingElse) {
  for (const char* text :
       {"", "x", "1x", "x1", "1xx2", "-1", "1x-2", "1,2", " 1", "1x2 ", "99999999999999999999", "1x1x1x1x1x1x1x1x1"}) {
    Result<std::vector<int64_t>> sizes = ParseSizes(text);
    ASSERT_FALSE(sizes.ok()) << text;
    EXPECT_EQ(sizes.status().code(), StatusCode::kInvalidArgument);
  }
}

TEST(ParseNamedSizes, TakesNamesWithOddCharacters) {
  EXPECT_THAT(
      *ParseNamedSizes("--shape", {"a=1x2", "gpu_0/data:0=3", "x=y=4"}),
      ElementsAre(Pair("a", ElementsAre(1, 2)), Pair("gpu_0/data:0", ElementsAre(3)), Pair("x=y", ElementsAre(4))));
}

TEST(ParseSizeSets, ANameThatComesAgainOpensAnotherSet) {
  Result<std::vector<NamedSizes>> sets = ParseSizeSets("--default-shape", {"a=1x2", "b=3", "a=4x5", "a=6x7", "b=8"});
  ASSERT_TRUE(sets.ok()) << sets.message();
  ASSERT_EQ(sets->size(), 3u);
  EXPECT_EQ((*sets)[0], (NamedSizes{{"a", {1, 2}}, {"b", {3}}}));
  EXPECT_EQ((*sets)[1], (NamedSizes{{"a", {4, 5}}, {"b", {8}}}));
  EXPECT_EQ((*sets)[2], (NamedSizes{{"a", {6, 7}}}));
  EXPECT_EQ(ParseSizeSets("--default-shape", {})->size(), 1u);
}

TEST(ParseNamedSizes, NamesOptionAndValue) {
  for (const char* text : {"a", "=1", "a=", "a=b"}) {
    Result<NamedSizes> sizes = ParseNamedSizes("--shape", {text});
    ASSERT_FALSE(sizes.ok()) << text;
    EXPECT_THAT(sizes.message(), HasSubstr("--shape"));
  }
  EXPECT_THAT(ParseNamedSizes("--shape", {"a=1", "a=2"}).message(), HasSubstr("twice"));
}

TEST(ParsePairs, SplitsAtTheFirstEqualsSign) {
  EXPECT_THAT(*ParsePairs("--input", {"a=b=c.npy"}), ElementsAre(Pair("a", "b=c.npy")));
  EXPECT_THAT(*ParsePairs("--input", {"c.npy"}, /*name_optional=*/true), ElementsAre(Pair("", "c.npy")));
  for (const char* text : {"c.npy", "=c.npy", "a="}) {
    EXPECT_THAT(ParsePairs("--state", {text}).message(), HasSubstr("--state")) << text;
  }
}

TEST(SelectIsa, HoldsForAsLongAsTheResultAndRefusesUnknownNames) {
  const kernels::Isa before = kernels::CurrentIsa();
  {
    Result<std::unique_ptr<kernels::ScopedIsa>> scalar = SelectIsa("scalar");
    ASSERT_TRUE(scalar.ok()) << scalar.message();
    EXPECT_EQ(kernels::CurrentIsa(), kernels::Isa::kScalar);
  }
  EXPECT_EQ(kernels::CurrentIsa(), before);
  Result<std::unique_ptr<kernels::ScopedIsa>> none = SelectIsa("abacus");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(none.message(), HasSubstr("'abacus': this processor has scalar"));
}

}  // namespace
}  // namespace linnet::cli
