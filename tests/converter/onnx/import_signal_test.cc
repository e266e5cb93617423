#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::IntsAttribute;
using linnet::testing::None;
using linnet::testing::StringAttribute;
using linnet::testing::StringsAttribute;
using ::testing::HasSubstr;

TEST(ImportSignalTest, TheAxisOfDftBecameAnInput) {
  EXPECT_THAT(ImportNode({"DFT", {IntAttribute("axis", 2)}, 17}, {Input("x", {1, 4, 5, 1})}),
              HasSubstr("Dft(%x, _, %"));
  EXPECT_EQ(ImportNode({"DFT", {IntAttribute("onesided", 1)}, 20}, {Input("x", {1, 4, 5, 1})}),
            "%y = Dft(%x) {onesided=1}\n");
}

TEST(ImportSignalTest, StftTransformsFrames) {
  const std::string text =
      ImportNode({"STFT", {}, 17}, {Input("x", {1, 16, 1}), linnet::testing::Ints("step", {4}), Input("window", {8})});
  EXPECT_THAT(text, HasSubstr("Gather(%x, "));
  EXPECT_THAT(text, HasSubstr("%y = Dft("));
  EXPECT_THAT(text, HasSubstr("{onesided=1}"));
  EXPECT_THAT(ImportNode({"STFT", {}, 17}, {Input("x", {1, 16}), linnet::testing::Ints("step", {4})}),
              HasSubstr("a signal of rank 2"));
}

TEST(ImportSignalTest, TfIdfVectorizer) {
  EXPECT_THAT(ImportNode({"TfIdfVectorizer",
                          {StringAttribute("mode", "IDF"), IntsAttribute("ngram_counts", {0}),
                           IntsAttribute("ngram_indexes", {0}), IntsAttribute("pool_int64s", {7})}},
                         {Input("x", {4}, ElementType::kInt64)}),
              HasSubstr("TfIdfVectorizer(%x)"));
  EXPECT_THAT(ImportNode({"TfIdfVectorizer", {StringsAttribute("pool_strings", {"a"})}},
                         {Input("x", {4}, ElementType::kInt64)}),
              HasSubstr("n-grams of texts"));
}

}  // namespace
}  // namespace linnet::converter::onnx
