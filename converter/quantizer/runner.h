// Runs one graph over many samples: prepared once, and again only where the shapes of inputs change.
#ifndef LINNET_CONVERTER_QUANTIZER_RUNNER_H_
#define LINNET_CONVERTER_QUANTIZER_RUNNER_H_

#include <functional>
#include <memory>
#include <vector>

#include "converter/evaluate.h"
#include "converter/lower.h"

namespace linnet::converter {

// One value per graph input, in the graph's order.
using Sample = std::vector<HostTensor>;

// A copy with the same value ids and the same order of nodes.
Graph CloneGraph(const Graph& graph);

class GraphRunner {
 public:
  // Computes `wanted` values of the graph, which must outlive the runner and stay as it is.
  GraphRunner(const Graph& graph, std::vector<ValueId> wanted);
  // The same by some nodes only, in the graph's order; what they lack is given with each run.
  GraphRunner(const Graph& graph, std::vector<const Node*> nodes, std::vector<ValueId> wanted)
      : graph_(graph), nodes_(std::move(nodes)), wanted_(std::move(wanted)) {}

  // Errors: those of preparing and running, and kInvalidArgument for a sample of another size than its input.
  Status Run(const Sample& sample);
  // The values from outside of the nodes by id; null is an error.
  using Given = std::function<const HostTensor*(ValueId)>;
  Status Run(const Given& given);
  // Of wanted[i], after Run and until the next.
  const Tensor& Output(size_t i) const { return *session_->Output(static_cast<int>(i)); }
  size_t output_count() const { return wanted_.size(); }
  ValueId wanted(size_t i) const { return wanted_[i]; }

 private:
  Status Prepare(const Given& given);

  const Graph& graph_;
  std::vector<const Node*> nodes_;
  std::vector<ValueId> wanted_;
  std::vector<ValueId> inputs_;  // of the session, and the shapes that it is prepared for
  std::vector<Shape> shapes_;
  Lowered lowered_;
  std::unique_ptr<LoweredModel> model_;
  std::unique_ptr<Session> session_;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_RUNNER_H_
