// Graph::ToString of converter/graph_text.cc.
#include <gtest/gtest.h>

#include "converter/graph.h"

namespace linnet::converter {
namespace {

using format::OpCode;

TEST(GraphTextTest, PrintsWhatPassesAreDrawnIn) {
  Graph graph;
  const ValueId x = graph.AddValue("x"), a = graph.AddValue("a"), y = graph.AddValue("y");
  graph.value(x).type = ElementType::kFloat32;
  graph.value(x).shape = {1, 2};
  graph.value(x).has_shape = true;
  graph.value(x).dims = {{-1, "batch"}, {2, ""}};
  graph.AddNode(OpCode::Relu, {x}, {a}, "relu");
  graph.AddNode(OpCode::Add, format::BinaryT(), {a, graph.AddFloats("c", {2}, {1.5f, -2})}, {y}, "add");
  graph.inputs = {x};
  graph.outputs = {y};
  EXPECT_EQ(graph.ToString(),
            "input %x   // float32 [batch=1, 2]\n"
            "constant %c   // float32 [2] = [1.5, -2]\n"
            "%a = Relu(%x)   // undefined [?]\n"
            "%y = Add(%a, %c)   // undefined [?]\n"
            "output %y\n");
}

TEST(GraphTextTest, PrintsAttributesThatAreNotDefault) {
  Graph graph;
  const ValueId x = graph.AddValue("x"), y = graph.AddValue("y");
  format::Conv2DT conv;
  conv.stride_h = 2;
  conv.auto_pad = format::AutoPad::SameUpper;
  Node& node = graph.AddNode(OpCode::Conv2D, conv, {x, x, kNoValue}, {y}, "conv");
  EXPECT_NE(graph.ToString().find("%y = Conv2D(%x, %x, _) {stride_h=2 auto_pad=SameUpper}   //"), std::string::npos)
      << graph.ToString();
  node.As<format::Conv2DT>().activation = format::Activation(format::ActivationKind::Clamp, 0, 6, 0, 0);
  EXPECT_NE(graph.ToString().find("{stride_h=2 activation={kind=Clamp hi=6} auto_pad=SameUpper}"), std::string::npos)
      << graph.ToString();
}

TEST(GraphTextTest, PrintsListsAndTablesInLists) {
  Graph graph;
  const ValueId x = graph.AddValue("x"), y = graph.AddValue("y");
  format::TransposeT transpose;
  transpose.perm = {0, 2, 1};
  graph.AddNode(OpCode::Transpose, transpose, {x}, {y}, "t");
  format::CustomT custom;
  custom.op_type = "Foo";
  for (const char* name : {"a", "b"}) {
    custom.attributes.push_back(std::make_unique<format::CustomAttributeT>());
    custom.attributes.back()->name = name;
    custom.attributes.back()->ints = {1, 2};
  }
  graph.AddNode(OpCode::Custom, std::move(custom), {y}, {graph.AddValue("z")}, "foo");
  const std::string text = graph.ToString();
  EXPECT_NE(text.find("Transpose(%x) {perm=[0, 2, 1]}"), std::string::npos) << text;
  EXPECT_NE(text.find("op_type='Foo' attributes=[{name='a' ints=[1, 2]}, {name='b' ints=[1, 2]}]}"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace linnet::converter
