#include "converter/quantizer/tensor_groups.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

// Two convolutions, joined by a Concat and read by a third.
size_t GroupsOf(float second_range) {
  PassTest t;
  const ValueId x = t.Input({1, 4, 4, 3});
  const ValueId a = t.Conv2D(x, 3, 4, 1), b = t.Conv2D(x, 3, 4, 1);
  format::AxisT last;
  last.axis = 3;
  const ValueId joined = t.Op(OpCode::Concat, {a, b}, std::move(last));
  const ValueId y = t.Conv2D(joined, 8, 2, 1);
  t.Output(y);
  EXPECT_TRUE(InferShapes(&t.graph()).ok());
  Statistics statistics;
  for (ValueId id : {x, a, b, joined, y}) {
    statistics[id].least = -1;
    statistics[id].most = id == b || id == joined ? second_range : 1;
  }
  return GroupTensors(t.graph(), FindSites(t.graph(), {}), statistics).size();
}

TEST(TensorGroupsTest, AConcatTiesWhatIsAlike) {
  EXPECT_EQ(GroupsOf(1.5f), 3u);  // x, the Concat with both of its inputs, y
  EXPECT_EQ(GroupsOf(100), 5u);
}

TEST(TensorGroupsTest, OpsThatMoveValuesTieInputAndOutput) {
  PassTest t;
  const ValueId a = t.Conv2D(t.Input({1, 4, 4, 3}), 3, 4, 1);
  format::TransposeT perm;
  perm.perm = {0, 2, 1, 3};
  const ValueId turned = t.Op(OpCode::Transpose, {a}, std::move(perm));
  t.Output(t.Conv2D(turned, 4, 2, 1));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  Statistics statistics;
  const std::vector<Site> sites = FindSites(t.graph(), {});
  for (ValueId id : SiteTensors(t.graph(), sites)) statistics[id].most = 1;
  const auto groups = GroupTensors(t.graph(), sites, statistics);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_THAT(groups[1], ElementsAre(a, turned));
}

}  // namespace
}  // namespace linnet::converter
