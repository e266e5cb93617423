// Graph -> the engine's model table. Shared by the writer and by everything that runs graphs through the engine.
#ifndef LINNET_CONVERTER_LOWER_H_
#define LINNET_CONVERTER_LOWER_H_

#include <memory>
#include <vector>

#include "converter/custom_ops.h"
#include "converter/graph.h"
#include "engine/model.h"

namespace linnet::converter {

struct Lowered {
  format::ModelT model;
  std::vector<ValueId> values;        // of each tensor
  std::vector<int> tensors;           // of each value; -1: not in the model
  std::vector<const void*> constants;  // where the constant with tensor.offset == index lies
};

// What stands for values that come from outside of a range of nodes.
enum class Outside {
  kInputs,  // inputs at the values' shapes
  kKnown,   // constants where the value is known, inputs elsewhere
  kProbe,   // as kKnown, at the sizes of Value::probe
};

// Nodes [first, last) with everything they need. Outputs are `wanted`.
Lowered LowerRange(const Graph& graph, size_t first, size_t last, const std::vector<ValueId>& wanted, Outside outside);
// The same for some nodes, in the order of the graph.
Lowered LowerNodes(const Graph& graph, const std::vector<const Node*>& nodes, const std::vector<ValueId>& wanted,
                   Outside outside);

// The whole graph with its own inputs (symbolic dimensions kept), outputs and states.
Lowered LowerGraph(const Graph& graph);

// An engine model made of a lowered one. Keeps what it needs alive; the Lowered's constants must outlive it.
class LoweredModel {
 public:
  static Result<LoweredModel> Create(const Lowered& lowered);
  const Model& model() const { return *model_; }

 private:
  std::unique_ptr<StandInOps> ops_;
  std::unique_ptr<linnet_flatbuffers::DetachedBuffer> buffer_;
  std::unique_ptr<Model> model_;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_LOWER_H_
