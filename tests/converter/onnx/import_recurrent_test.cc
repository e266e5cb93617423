#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::FloatsAttribute;
using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::None;
using linnet::testing::Operand;
using linnet::testing::StringAttribute;
using linnet::testing::StringsAttribute;
using ::testing::HasSubstr;

const std::vector<Operand> kLstm = {Input("x", {3, 2, 4}), Input("w", {1, 20, 4}), Input("r", {1, 20, 5})};
const std::vector<Operand> kRnn = {Input("x", {3, 2, 4}), Input("w", {1, 5, 4}), Input("r", {1, 5, 5})};

TEST(ImportRecurrentTest, KeepsWhatIsLeftOut) {
  std::vector<Operand> operands = kLstm;
  operands.insert(operands.end(), {None(), None(), Input("h", {1, 2, 5}), Input("c", {1, 2, 5})});
  EXPECT_EQ(ImportNode({"LSTM", {IntAttribute("hidden_size", 5)}, 14, "", {"y", "", "y_c"}}, operands),
            "%y, _, %y_c = Lstm(%x, %w, %r, _, _, %h, %c) {hidden_size=5}\n");
}

TEST(ImportRecurrentTest, TakesTheHiddenSizeFromR) {
  EXPECT_THAT(ImportNode({"RNN", {}, 14, "", {"y"}}, kRnn), HasSubstr("{hidden_size=5}"));
}

TEST(ImportRecurrentTest, PutsTheBatchFirst) {
  EXPECT_EQ(ImportNode({"RNN", {IntAttribute("hidden_size", 5), IntAttribute("layout", 1)}, 14, "", {"y", "y_h"}},
                       {Input("x", {2, 3, 4}), kRnn[1], kRnn[2]}),
            "%y/Transpose = Transpose(%x) {perm=[1, 0, 2]}\n"
            "%y/Rnn, %y/Rnn_1 = Rnn(%y/Transpose, %w, %r) {hidden_size=5}\n"
            "%y = Transpose(%y/Rnn) {perm=[2, 0, 1, 3]}\n"
            "%y_h = Transpose(%y/Rnn_1) {perm=[1, 0, 2]}\n");
}

TEST(ImportRecurrentTest, GivesEachFunctionItsParameters) {
  const std::string text =
      ImportNode({"LSTM",
                  {IntAttribute("hidden_size", 5), StringsAttribute("activations", {"Tanh", "LeakyRelu", "HardSigmoid"}),
                   FloatsAttribute("activation_alpha", {0.5f}), FloatsAttribute("activation_beta", {0.25f})}},
                 kLstm);
  EXPECT_THAT(text, HasSubstr("activations=[Tanh, LeakyRelu, HardSigmoid]"));
  EXPECT_THAT(text, HasSubstr("alpha=[0, 0.5, 0.2]"));  // LeakyRelu takes the first one, HardSigmoid has its own
  EXPECT_THAT(text, HasSubstr("beta=[0, 0, 0.25]"));
}

TEST(ImportRecurrentTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(ImportNode({"RNN", {StringAttribute("direction", "sideways")}}, kRnn), HasSubstr("'sideways'"));
  EXPECT_THAT(ImportNode({"RNN", {StringsAttribute("activations", {"Swish"})}}, kRnn), HasSubstr("'Swish'"));
  EXPECT_THAT(ImportNode({"RNN", {StringsAttribute("activations", {"Tanh", "Tanh"})}}, kRnn),
              HasSubstr("2 activations, expected 1"));
}

}  // namespace
}  // namespace linnet::converter::onnx
