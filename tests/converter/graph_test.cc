#include "converter/graph.h"

#include <gtest/gtest.h>

namespace linnet::converter {
namespace {

using format::OpCode;

// %x -> Relu -> %a -> Add(%a, %c) -> %y
struct Chain {
  Graph graph;
  ValueId x, a, c, y;
  Chain() {
    x = graph.AddValue("x");
    graph.value(x).type = ElementType::kFloat32;
    graph.value(x).shape = {1, 2};
    graph.value(x).has_shape = true;
    a = graph.AddValue("a");
    c = graph.AddFloats("c", {2}, {1.5f, -2});
    y = graph.AddValue("y");
    graph.AddNode(OpCode::Relu, {x}, {a}, "relu");
    graph.AddNode(OpCode::Add, format::BinaryT(), {a, c}, {y}, "add");
    graph.inputs = {x};
    graph.outputs = {y};
  }
};

TEST(GraphTest, MakesUniqueNames) {
  Graph graph;
  EXPECT_EQ(graph.UniqueName("x"), "x");
  graph.AddValue("x");
  graph.AddValue("x_1");
  EXPECT_EQ(graph.UniqueName("x"), "x_2");
  graph.AddValue("x_2");
  EXPECT_EQ(graph.UniqueName("x"), "x_3");
}

TEST(GraphTest, InsertsAroundANode) {
  Chain chain;
  const Node* add = chain.graph.nodes()[1].get();
  Node node;
  node.op = OpCode::Neg;
  chain.graph.InsertBefore(add, std::move(node));
  node.op = OpCode::Abs;
  chain.graph.InsertAfter(add, std::move(node));
  std::vector<OpCode> ops;
  for (const auto& n : chain.graph.nodes()) ops.push_back(n->op);
  EXPECT_EQ(ops, (std::vector<OpCode>{OpCode::Relu, OpCode::Neg, OpCode::Add, OpCode::Abs}));
}

TEST(GraphTest, SortsByDependenceAndKeepsTheOrderOtherwise) {
  Graph graph;
  const ValueId x = graph.AddValue("x"), a = graph.AddValue("a"), b = graph.AddValue("b"), y = graph.AddValue("y");
  graph.AddNode(OpCode::Abs, {b}, {y}, "last");
  graph.AddNode(OpCode::Abs, {a}, {b}, "middle");
  graph.AddNode(OpCode::Abs, {x}, {a}, "first");
  graph.AddNode(OpCode::Abs, {x}, {graph.AddValue("z")}, "side");
  std::string name;
  ASSERT_TRUE(graph.SortNodes(&name));
  std::vector<std::string> order;
  for (const auto& node : graph.nodes()) order.push_back(node->name);
  EXPECT_EQ(order, (std::vector<std::string>{"first", "middle", "last", "side"}));
}

TEST(GraphTest, NamesANodeOnTheCycle) {
  Graph graph;
  const ValueId a = graph.AddValue("a"), b = graph.AddValue("b"), y = graph.AddValue("y");
  graph.AddNode(OpCode::Abs, {b}, {y}, "behind");
  graph.AddNode(OpCode::Abs, {a}, {b}, "one");
  graph.AddNode(OpCode::Abs, {b}, {a}, "two");
  std::string name;
  ASSERT_FALSE(graph.SortNodes(&name));
  EXPECT_TRUE(name == "one" || name == "two") << name;
}

TEST(GraphTest, ReplacesUsesEverywhereAndRemovesTheDead) {
  Chain chain;
  Graph& graph = chain.graph;
  graph.states.push_back({chain.a, chain.x});
  graph.ReplaceUses(chain.a, chain.x);
  EXPECT_EQ(graph.nodes()[1]->inputs[0], chain.x);
  EXPECT_EQ(graph.states[0].output, chain.x);
  graph.RemoveNodes([](const Node& node) { return node.op == OpCode::Relu; });
  ASSERT_EQ(graph.nodes().size(), 1u);
  graph.ReplaceUses(chain.y, chain.x);
  EXPECT_EQ(graph.outputs[0], chain.x);
}

TEST(GraphTest, IndexKnowsProducersAndConsumers) {
  Chain chain;
  const GraphIndex index(chain.graph);
  const Node* relu = chain.graph.nodes()[0].get();
  const Node* add = chain.graph.nodes()[1].get();
  EXPECT_EQ(index.producer(chain.x), nullptr);
  EXPECT_EQ(index.producer(chain.a), relu);
  EXPECT_EQ(index.only_consumer(chain.a), add);
  EXPECT_EQ(index.only_consumer(chain.y), nullptr);
  EXPECT_TRUE(index.is_output(chain.y));
}

TEST(BytesTest, SharesOneCopy) {
  const int32_t source[2] = {1, 2};
  Bytes copy = Bytes::Copy(source, sizeof source);
  const Bytes second = copy;
  copy = Bytes();
  EXPECT_FALSE(copy);
  ASSERT_TRUE(second);
  EXPECT_EQ(static_cast<const int32_t*>(second.data())[1], 2);
  EXPECT_TRUE(Bytes::Copy(nullptr, 0));
}

}  // namespace
}  // namespace linnet::converter
