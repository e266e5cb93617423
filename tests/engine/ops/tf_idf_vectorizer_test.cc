#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

struct Options {
  int min = 1, max = 2, skip = 0, mode = 0;
  std::vector<float> weights = {};
};

// Single 2, 3, 5; pairs (5, 6), (7, 8), (6, 7).
OpTest TfIdf(const Options& o, const Value& x) {
  OpTest test(OpCode::TfIdfVectorizer);
  test.Attrs<format::TfIdfT>([&](auto& a) {
    a.min_gram_length = o.min;
    a.max_gram_length = o.max;
    a.max_skip_count = o.skip;
    a.mode = static_cast<uint8_t>(o.mode);
    a.ngram_counts = {0, 3};
    a.ngram_indexes = {0, 1, 2, 3, 4, 5};
    a.pool = {2, 3, 5, 5, 6, 7, 8, 6, 7};
    a.weights = o.weights;
  });
  return test.Input(x);
}

const Value kText = I64({8}, {5, 6, 7, 8, 5, 2, 3, 5});

TEST(TfIdfVectorizer, CountsOfSinglesAndPairs) {
  TfIdf({}, kText).Output(F32({6}, {1, 1, 3, 1, 1, 1})).Check();
  TfIdf({2, 2}, kText).Output(F32({6}, {0, 0, 0, 1, 1, 1})).Check();
  TfIdf({1, 1, 5}, kText).Output(F32({6}, {1, 1, 3, 0, 0, 0})).Check();
  TfIdf({2, 2}, I32({2, 2}, {5, 6, 7, 7})).Output(F32({2, 6}, {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})).Check();
}

TEST(TfIdfVectorizer, Skips) {
  TfIdf({2, 2, 1}, I64({4}, {5, 0, 6, 6})).Output(F32({6}, {0, 0, 0, 1, 0, 0})).Check();
  TfIdf({2, 2, 2}, I64({4}, {5, 0, 6, 6})).Output(F32({6}, {0, 0, 0, 2, 0, 0})).Check();
}

TEST(TfIdfVectorizer, Weights) {
  const std::vector<float> weights = {1, 2, 0.5f, 4, 5, 6};
  TfIdf({1, 2, 0, 1, weights}, kText).Output(F32({6}, {1, 2, 0.5, 4, 5, 6})).Check();
  TfIdf({1, 2, 0, 2, weights}, kText).Output(F32({6}, {1, 2, 1.5, 4, 5, 6})).Check();
}

TEST(TfIdfVectorizer, EmptyTexts) {
  TfIdf({}, I64({0}, {})).Output(F32({6}, {0, 0, 0, 0, 0, 0})).Check();
  TfIdf({}, I64({0, 3}, {})).Output(F32({0, 6}, {})).Check();
}

TEST(TfIdfVectorizer, Wrong) {
  const Value y = F32({6}, {0, 0, 0, 0, 0, 0});
  TfIdf({0}, kText).Output(y).ExpectError(StatusCode::kInvalidModel, "n-grams of 0");
  TfIdf({1, 2, 0, 7}, kText).Output(y).ExpectError(StatusCode::kInvalidModel, "mode 7");
  TfIdf({1, 2, 0, 2, {1}}, kText).Output(y).ExpectError(StatusCode::kInvalidModel, "1 weights");
  OpTest(OpCode::TfIdfVectorizer)
      .Attrs<format::TfIdfT>([](auto& a) {
        a.min_gram_length = a.max_gram_length = 1;
        a.ngram_counts = {0, 9};
        a.pool = {1, 2};
        a.ngram_indexes = {0, 1};
      })
      .Input(kText)
      .Output(y)
      .ExpectError(StatusCode::kInvalidModel, "do not divide");
}

}  // namespace
}  // namespace linnet::testing
