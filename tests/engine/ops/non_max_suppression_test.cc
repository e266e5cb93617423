#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

const Value kBoxes =
    F32({1, 6, 4}, {0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101});
const Value kScores = F32({1, 1, 6}, {0.9, 0.75, 0.6, 0.95, 0.5, 0.3});

OpTest Suppress(const Value& boxes, const Value& scores, int64_t most, double overlap, double score,
                bool center = false) {
  OpTest test(OpCode::NonMaxSuppression);
  test.Attrs<format::NonMaxSuppressionT>([&](auto& a) { a.center_point_box = center; });
  test.Input(boxes).Input(scores).Param(I64({1}, {most})).Param(F32({1}, {overlap}));
  return test.Param(F32({1}, {score}));
}

TEST(NonMaxSuppression, BestFirst) {
  Suppress(kBoxes, kScores, 3, 0.5, 0).Output(I64({3, 3}, {0, 0, 3, 0, 0, 0, 0, 0, 5})).Check();
  Suppress(kBoxes, kScores, 3, 0.5, 0.4).Output(I64({2, 3}, {0, 0, 3, 0, 0, 0})).Check();
  Suppress(kBoxes, kScores, 2, 0.5, 0).Output(I64({2, 3}, {0, 0, 3, 0, 0, 0})).Check();
  Suppress(kBoxes, kScores, 9, 1, 0)
      .Output(I64({6, 3}, {0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0, 0, 5}))
      .Check();
}

TEST(NonMaxSuppression, CornersMayBeExchangedAndCentersGiven) {
  const Value flipped = F32({1, 2, 4}, {1, 1, 0, 0, 0, 0.1, 1, 1.1});
  Suppress(flipped, F32({1, 1, 2}, {0.9, 0.75}), 3, 0.5, 0).Output(I64({1, 3}, {0, 0, 0})).Check();
  const Value centers = F32({1, 2, 4}, {0.5, 0.5, 1, 1, 10.5, 0.5, 1, 1});
  Suppress(centers, F32({1, 1, 2}, {0.9, 0.95}), 3, 0.5, 0, true).Output(I64({2, 3}, {0, 0, 1, 0, 0, 0})).Check();
}

TEST(NonMaxSuppression, BatchesClassesAndEqualScores) {
  const Value boxes = F32({2, 2, 4}, {0, 0, 1, 1, 0, 5, 1, 6, 0, 0, 1, 1, 0, 0, 1, 1});
  Suppress(boxes, F32({2, 2, 2}, {1, 1, 1, 2, 1, 1, 2, 3}), 2, 0.5, 0)
      .Output(I64({6, 3}, {0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1}))
      .Check();
}

TEST(NonMaxSuppression, NothingToSelect) {
  Suppress(kBoxes, kScores, 3, 0.5, 1).Output(I64({0, 3}, {})).Check();
  Suppress(kBoxes, kScores, 0, 0.5, 0).Output(I64({0, 3}, {})).Check();
  Suppress(kBoxes, kScores, -2, 0.5, 0).Output(I64({0, 3}, {})).Check();
  Suppress(F32({1, 0, 4}, {}), F32({1, 1, 0}, {}), 3, 0.5, 0).Output(I64({0, 3}, {})).Check();
  Suppress(F32({0, 2, 4}, {}), F32({0, 1, 2}, {}), 3, 0.5, 0).Output(I64({0, 3}, {})).Check();
  OpTest(OpCode::NonMaxSuppression)  // at most 0 boxes is the default
      .Attrs<format::NonMaxSuppressionT>()
      .Input(kBoxes)
      .Input(kScores)
      .Output(I64({0, 3}, {}))
      .Check();
}

TEST(NonMaxSuppression, NaNIsNotAboveAThreshold) {
  Suppress(kBoxes, F32({1, 1, 6}, {NAN, 0.5, NAN, 0.9, NAN, NAN}), 5, 0.5, 0)
      .Output(I64({2, 3}, {0, 0, 3, 0, 0, 1}))
      .Check();
  const Value boxes = F32({1, 2, 4}, {NAN, NAN, NAN, NAN, -INFINITY, 0, INFINITY, 1});
  Suppress(boxes, F32({1, 1, 2}, {2, 1}), 5, 0.5, 0).Output(I64({2, 3}, {0, 0, 0, 0, 0, 1})).Check();
}

TEST(NonMaxSuppression, Wrong) {
  const Value y = I64({0, 3}, {});
  Suppress(kBoxes, F32({1, 1, 5}, {1, 2, 3, 4, 5}), 3, 0.5, 0)
      .Output(y)
      .ExpectError(StatusCode::kInvalidModel, "scores");
  Suppress(F32({1, 4}, {0, 0, 1, 1}), kScores, 3, 0.5, 0).Output(y).ExpectError(StatusCode::kInvalidModel, "boxes");
}

}  // namespace
}  // namespace linnet::testing
