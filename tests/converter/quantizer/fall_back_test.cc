#include "converter/quantizer/fall_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linnet::converter {
namespace {

using ::testing::ElementsAre;

TEST(FallBackTest, OrdersByNoiseForEachNode) {
  const std::vector<Cost> costs = InOrderOfHarm({{0.1, {1}}, {0.5, {2, 3, 4, 5, 6, 7}}, {0, {8}}, {0.3, {9}}});
  ASSERT_EQ(costs.size(), 3u);
  EXPECT_THAT(costs[0].nodes, ElementsAre(9u));
  EXPECT_THAT(costs[1].nodes, ElementsAre(1u));
}

using Judge = std::function<Result<bool>(const std::set<size_t>&)>;

// Good enough if at least so many nodes are kept.
Judge AtLeast(size_t count) {
  return [count](const std::set<size_t>& kept) -> Result<bool> { return kept.size() >= count; };
}

std::vector<Cost> TenCosts() {
  std::vector<Cost> costs;
  for (size_t i = 0; i < 10; ++i) costs.push_back({1, {i}});
  return costs;
}

TEST(FallBackTest, KeepsTheFewestInFloat) {
  for (size_t kept = 0; kept <= 10; ++kept) {
    auto found = ChooseFallback(TenCosts(), {}, AtLeast(kept));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->size(), kept);
  }
}

TEST(FallBackTest, TakesWhatIsKeptAlready) {
  auto found = ChooseFallback(TenCosts(), {9}, AtLeast(3));
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(*found, ElementsAre(0u, 1u, 9u));
}

TEST(FallBackTest, KeepsAllWhereThatIsNotEnough) {
  auto found = ChooseFallback(TenCosts(), {}, AtLeast(100));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->size(), 10u);
}

TEST(FallBackTest, HandsErrorsOn) {
  auto found = ChooseFallback(TenCosts(), {}, [](const std::set<size_t>&) -> Result<bool> {
    return Status::Error(StatusCode::kInternal, "broken");
  });
  EXPECT_EQ(found.status().code(), StatusCode::kInternal);
}

}  // namespace
}  // namespace linnet::converter
