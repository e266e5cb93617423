#include "engine/planner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace linnet {
namespace {

struct Plan {
  Array<PlanBlock> blocks;
  size_t arena_bytes = 0;
};

Plan MakePlan(const std::vector<PlanBlock>& blocks) {
  Plan plan;
  for (const PlanBlock& block : blocks) EXPECT_TRUE(plan.blocks.Append(block));
  EXPECT_TRUE(PlanMemory(&plan.blocks, &plan.arena_bytes));
  return plan;
}

// Paints the arena step by step, and once more for what the caller sees between runs: no byte may be taken twice. Knows
// nothing of Conflicts.
void ExpectNoOverlap(const Plan& plan) {
  int steps = 0;
  for (const PlanBlock& block : plan.blocks) steps = std::max(steps, block.last + 1);
  for (int step = -1; step < steps; ++step) {
    std::vector<int> owner(plan.arena_bytes, -1);
    for (size_t i = 0; i < plan.blocks.size(); ++i) {
      const PlanBlock& block = plan.blocks[i];
      if (step < 0 ? !block.caller_visible : (step < block.first || block.last < step)) continue;
      ASSERT_EQ(block.offset % 64, 0u);
      ASSERT_LE(block.offset + block.bytes, plan.arena_bytes);
      for (size_t at = block.offset; at < block.offset + block.bytes; ++at) {
        ASSERT_EQ(owner[at], -1) << "blocks " << owner[at] << " and " << i << " at byte " << at << ", step " << step;
        owner[at] = static_cast<int>(i);
      }
    }
  }
}

void ExpectLiveSet(const std::vector<PlanBlock>& blocks, size_t expected) {
  const Plan plan = MakePlan(blocks);
  ExpectNoOverlap(plan);
  EXPECT_EQ(LiveSetBytes(plan.blocks), expected);
  EXPECT_LE(plan.arena_bytes, expected);
  EXPECT_TRUE(PlanIsValid(plan.blocks, plan.arena_bytes));
}

TEST(Planner, Nothing) {
  ExpectLiveSet({}, 0);
  ExpectLiveSet({{0, 0, 3}}, 0);
}

TEST(Planner, SizesAreRoundedToTheAlignment) { ExpectLiveSet({{1, 0, 0}, {65, 0, 0}, {0, 0, 0}}, 64 + 128); }

TEST(Planner, AChainTakesItsLargestPair) {
  ExpectLiveSet({{640, 0, 1}, {1280, 1, 2}, {320, 2, 3}, {1280, 3, 4}, {64, 4, 5}}, 640 + 1280);
}

TEST(Planner, AResidualStaysOverItsBranch) {
  ExpectLiveSet({{1024, 0, 3}, {512, 1, 2}, {512, 2, 3}, {1024, 3, 4}}, 1024 + 512 + 1024);
}

TEST(Planner, BranchesOfAnInceptionBlock) {
  ExpectLiveSet({{2048, 0, 6}, {256, 1, 8}, {512, 2, 4}, {384, 4, 8}, {128, 5, 6}, {192, 6, 8}, {832, 8, 9}},
                2048 + 256 + 512 + 384);
}

// A small block that lives long must not split the room of large ones.
TEST(Planner, LongAndShortLives) {
  ExpectLiveSet({{64, 0, 9}, {1024, 0, 1}, {64, 1, 8}, {1024, 2, 3}, {64, 3, 7}, {1024, 4, 5}, {1024, 6, 9}}, 1024 + 192);
}

TEST(Planner, RandomGraphsNeverOverlapAndStayNearTheLiveSet) {
  std::mt19937 random(7);
  const auto next = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  size_t planned = 0, live = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<PlanBlock> blocks;
    const int count = 1 + next(24), steps = 1 + next(16);
    for (int i = 0; i < count; ++i) {
      PlanBlock block;
      block.bytes = static_cast<size_t>(next(12) * (next(3) == 0 ? 64 : 100));
      block.first = next(steps);
      block.last = block.first + next(1 + std::min(4, steps - block.first));
      blocks.push_back(block);
    }
    const Plan plan = MakePlan(blocks);
    ExpectNoOverlap(plan);
    if (::testing::Test::HasFatalFailure()) return;
    EXPECT_TRUE(PlanIsValid(plan.blocks, plan.arena_bytes));
    planned += plan.arena_bytes;
    live += LiveSetBytes(plan.blocks);
  }
  // No plan is smaller than its live set; random lifetimes are harder than those of networks.
  EXPECT_GE(planned, live);
  EXPECT_LE(planned, live + live / 20);
}

TEST(Planner, InputsAndOutputsNeverShare) {
  PlanBlock input = {256, 0, 0}, output = {256, 5, 5}, between = {256, 1, 4};
  input.caller_visible = output.caller_visible = true;
  const Plan plan = MakePlan({input, between, output});
  ExpectNoOverlap(plan);
  EXPECT_EQ(plan.arena_bytes, 512u) << "what lives between them may share with either";
}

TEST(Planner, MoreThanAnyMemory) {
  Array<PlanBlock> blocks;
  size_t arena_bytes = 0;
  ASSERT_TRUE(blocks.Append({kMaxBytes - 1000, 0, 1}));
  ASSERT_TRUE(blocks.Append({4096, 1, 2}));
  EXPECT_FALSE(PlanMemory(&blocks, &arena_bytes));
}

TEST(PlanIsValid, RefusesWhatIsWrong) {
  Array<PlanBlock> blocks;
  ASSERT_TRUE(blocks.Append({128, 0, 2, false, 0}));
  ASSERT_TRUE(blocks.Append({128, 2, 3, false, 128}));
  EXPECT_TRUE(PlanIsValid(blocks, 256));
  EXPECT_FALSE(PlanIsValid(blocks, 255)) << "outside of the arena";
  blocks[1].offset = 64;
  EXPECT_FALSE(PlanIsValid(blocks, 256)) << "overlap while both live";
  blocks[1].first = 3;
  EXPECT_TRUE(PlanIsValid(blocks, 256)) << "one after the other";
  blocks[0].caller_visible = blocks[1].caller_visible = true;
  EXPECT_FALSE(PlanIsValid(blocks, 256)) << "both seen by the caller";
  blocks[0].caller_visible = false;
  blocks[1].offset = 32;
  EXPECT_FALSE(PlanIsValid(blocks, 256)) << "misaligned";
  blocks[1].offset = SIZE_MAX - 63;
  EXPECT_FALSE(PlanIsValid(blocks, 256)) << "the end overflows";
  blocks[1].bytes = 0;
  EXPECT_TRUE(PlanIsValid(blocks, 256)) << "an empty tensor is nowhere";
}

TEST(DrawPlan, OneColumnPerStep) {
  const Plan plan = MakePlan({{640, 0, 1}, {640, 1, 2}});
  const size_t length = DrawPlan(plan.blocks, plan.arena_bytes, 3, nullptr, 0);
  std::string text(length + 1, '?');
  EXPECT_EQ(DrawPlan(plan.blocks, plan.arena_bytes, 3, text.data(), text.size()), length);
  EXPECT_EQ(text.back(), '\0');
  text.pop_back();
  EXPECT_EQ(text.size() % 4, 0u);
  for (size_t i = 0; i < text.size(); i += 4) {
    const std::string row = text.substr(i, 4);
    EXPECT_TRUE(row == "aa.\n" || row == ".bb\n") << row;
  }
  EXPECT_NE(text.find("aa."), std::string::npos);
  EXPECT_NE(text.find(".bb"), std::string::npos);
  char tiny[6] = "?????";
  EXPECT_EQ(DrawPlan(plan.blocks, plan.arena_bytes, 3, tiny, 4), length);
  EXPECT_EQ(tiny[3], '\0');
  EXPECT_EQ(tiny[4], '?') << "behind the capacity";
}

}  // namespace
}  // namespace linnet
