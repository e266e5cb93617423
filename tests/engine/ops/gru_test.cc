#include <gtest/gtest.h>

#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/ops/conv_reference.h"
#include "tests/engine/ops/recurrent_reference.h"

namespace linnet::testing {
namespace {

TEST(Gru, ResetBeforeAndAfterTheProduct) {
  for (bool linear : {false, true}) {
    for (bool bias : {false, true}) {
      RecurrentCase c;
      c.op = OpCode::Gru;
      c.linear_before_reset = linear;
      c.with_bias = bias;
      CheckRecurrent(c);
    }
  }
}

TEST(Gru, Clips) {
  RecurrentCase c;
  c.op = OpCode::Gru;
  c.clip = 0.25;
  CheckRecurrent(c);
}

TEST(Gru, GatesAreSetsOfPanelsOfTheirOwn) {
  RecurrentCase c;
  c.op = OpCode::Gru;
  c.hidden = 20;  // no multiple of a panel
  c.direction = format::Direction::Bidirectional;
  for (bool linear : {false, true}) {
    c.linear_before_reset = linear;
    const RecurrentReference expected(c);
    const size_t w_elements = format::PanelElements(2, 60, 3, 16), r_elements = format::PanelElements(6, 20, 20, 16);
    std::vector<uint8_t> w = FloatBytes(w_elements), r = FloatBytes(r_elements);
    kernels::PackPanels({2, 60, 3, 180, 3, 1}, 16, Floats(expected.w), AsFloats(w));
    kernels::PackPanels({6, 20, 20, 400, 20, 1}, 16, Floats(expected.r), AsFloats(r));
    RecurrentTest(c, expected, [&](OpTest* test) {
      test->Packed(ElementType::kFloat32, {2, 60, 3}, format::StorageOrder::Panels, 16, 2, w);
      test->Packed(ElementType::kFloat32, {2, 60, 20}, format::StorageOrder::Panels, 16, 6, r);
    }).Within(2e-5).Check();
  }
}

}  // namespace
}  // namespace linnet::testing
