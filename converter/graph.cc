#include "converter/graph.h"

#include <algorithm>
#include <cstring>
#include <queue>
#include <utility>

namespace linnet::converter {

Bytes Bytes::Copy(const void* data, size_t size) {
  void* memory = nullptr;
  Bytes bytes = Allocate(size, &memory);
  if (size > 0) std::memcpy(memory, data, size);
  return bytes;
}

Bytes Bytes::Allocate(size_t size, void** data) {
  // Never null, so that an empty constant is told from none.
  std::shared_ptr<uint8_t[]> memory(new uint8_t[std::max<size_t>(size, 1)]());
  *data = memory.get();
  return Bytes(memory, memory.get(), size);
}

ValueId Graph::AddValue(std::string value_name) {
  auto value = std::make_unique<Value>();
  names_.emplace(value_name, 0);
  value->name = std::move(value_name);
  values_.push_back(std::move(value));
  return value_count() - 1;
}

ValueId Graph::AddConstant(std::string value_name, ElementType type, const Shape& shape, Bytes data) {
  const ValueId id = AddValue(std::move(value_name));
  Value& constant = value(id);
  constant.type = type;
  constant.shape = shape;
  constant.has_shape = true;
  constant.data = std::move(data);
  constant.constant = true;
  return id;
}

ValueId Graph::AddFloats(std::string value_name, const Shape& shape, const std::vector<float>& values) {
  return AddConstant(std::move(value_name), ElementType::kFloat32, shape,
                     Bytes::Copy(values.data(), values.size() * sizeof(float)));
}

ValueId Graph::AddInts(std::string value_name, const Shape& shape, const std::vector<int64_t>& values) {
  return AddConstant(std::move(value_name), ElementType::kInt64, shape,
                     Bytes::Copy(values.data(), values.size() * sizeof(int64_t)));
}

std::string Graph::UniqueName(const std::string& base) {
  auto found = names_.find(base);
  if (found == names_.end()) return base;
  std::string candidate;
  do {
    candidate = base + "_" + std::to_string(++found->second);
  } while (names_.count(candidate) != 0);
  return candidate;
}

Node& Graph::AddNode(format::OpCode op, std::vector<ValueId> node_inputs, std::vector<ValueId> node_outputs,
                     std::string node_name) {
  auto node = std::make_unique<Node>();
  node->op = op;
  node->inputs = std::move(node_inputs);
  node->outputs = std::move(node_outputs);
  node->name = std::move(node_name);
  nodes_.push_back(std::move(node));
  return *nodes_.back();
}

namespace {

auto Find(const std::vector<std::unique_ptr<Node>>& nodes, const Node* node) {
  return std::find_if(nodes.begin(), nodes.end(), [node](const auto& candidate) { return candidate.get() == node; });
}

}  // namespace

Node& Graph::InsertBefore(const Node* position, Node node) {
  return **nodes_.insert(Find(nodes_, position), std::make_unique<Node>(std::move(node)));
}

Node& Graph::InsertAfter(const Node* position, Node node) {
  return **nodes_.insert(Find(nodes_, position) + 1, std::make_unique<Node>(std::move(node)));
}

void Graph::RemoveNodes(const std::function<bool(const Node&)>& dead) {
  nodes_.erase(std::remove_if(nodes_.begin(), nodes_.end(), [&dead](const auto& node) { return dead(*node); }),
               nodes_.end());
}

bool Graph::SortNodes(std::string* node_name) {
  std::vector<int> producer(values_.size(), -1);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    for (ValueId output : nodes_[i]->outputs) {
      if (output != kNoValue) producer[output] = static_cast<int>(i);
    }
  }
  std::vector<int> missing(nodes_.size(), 0);  // inputs that no sorted node computes yet
  std::vector<std::vector<int>> consumers(nodes_.size());
  for (size_t i = 0; i < nodes_.size(); ++i) {
    for (ValueId input : nodes_[i]->inputs) {
      if (input == kNoValue || producer[input] < 0) continue;
      consumers[producer[input]].push_back(static_cast<int>(i));
      ++missing[i];
    }
  }
  // Among the nodes that may come next, the one that came first before: a sorted graph stays as it is.
  std::priority_queue<int, std::vector<int>, std::greater<int>> ready;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (missing[i] == 0) ready.push(static_cast<int>(i));
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int next = ready.top();
    ready.pop();
    order.push_back(next);
    for (int consumer : consumers[next]) {
      if (--missing[consumer] == 0) ready.push(consumer);
    }
  }
  if (order.size() != nodes_.size()) {
    // A node that waits may only hang behind the cycle: going back along producers that wait too must enter it.
    int node =
        static_cast<int>(std::find_if(missing.begin(), missing.end(), [](int n) { return n > 0; }) - missing.begin());
    std::vector<bool> visited(nodes_.size(), false);
    while (!visited[node]) {
      visited[node] = true;
      for (ValueId input : nodes_[node]->inputs) {
        if (input == kNoValue || producer[input] < 0 || missing[producer[input]] == 0) continue;
        node = producer[input];
        break;
      }
    }
    *node_name = nodes_[node]->name;
    return false;
  }
  std::vector<std::unique_ptr<Node>> sorted;
  sorted.reserve(nodes_.size());
  for (int index : order) sorted.push_back(std::move(nodes_[index]));
  nodes_ = std::move(sorted);
  return true;
}

void Graph::ReplaceUses(ValueId from, ValueId to) {
  for (const auto& node : nodes_) std::replace(node->inputs.begin(), node->inputs.end(), from, to);
  std::replace(outputs.begin(), outputs.end(), from, to);
  for (StatePair& state : states) {
    if (state.output == from) state.output = to;
  }
}

GraphIndex::GraphIndex(const Graph& graph)
    : producers_(graph.value_count(), nullptr), consumers_(graph.value_count()), output_(graph.value_count(), false) {
  for (const auto& node : graph.nodes()) {
    for (ValueId input : node->inputs) {
      if (input != kNoValue) consumers_[input].push_back(node.get());
    }
    for (ValueId output : node->outputs) {
      if (output != kNoValue) producers_[output] = node.get();
    }
  }
  for (ValueId output : graph.outputs) output_[output] = true;
  for (const Graph::StatePair& state : graph.states) output_[state.output] = true;
}

Node* GraphIndex::only_consumer(ValueId id) const {
  return !output_[id] && consumers_[id].size() == 1 ? consumers_[id][0] : nullptr;
}

const char* OpName(format::OpCode op) { return format::EnumNameOpCode(op); }

}  // namespace linnet::converter
