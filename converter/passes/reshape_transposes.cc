// A transpose that moves only dimensions of size 1 keeps the order of the elements. As a Reshape it is a view, and the
// run leaves it out.
//
//   %y = Transpose(%x) {perm=[0, 2, 3, 1]}    // %x [n, 1, 8, 8]   ->   %y = Reshape(%x, [-1, 8, 8, 1])
//   %y = Transpose(%x) {perm=[0, 3, 1, 2]}    // %x [1, 1, 1, 48]  ->   %y = Reshape(%x, [1, 48, 1, 1])
#include "converter/passes/layout.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {

Status ReshapeTransposes(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex&) {
    const Perm* perm = TransposePerm(node);
    std::vector<int64_t> target;
    if (perm == nullptr || !MovesNothing(graph->value(node->inputs[0]), *perm) ||
        !ReshapeTarget(graph->value(node->outputs[0]), &target)) {
      return false;
    }
    Say(log, "%s moves nothing: a Reshape", Describe(*node).c_str());
    const std::string name = graph->UniqueName(graph->value(node->outputs[0]).name + "_shape");
    const ValueId shape = graph->AddInts(name, {static_cast<int64_t>(target.size())}, target);
    node->op = format::OpCode::Reshape;
    node->attrs.Set(format::ReshapeT());
    node->inputs.push_back(shape);
    return true;
  });
  return Status();
}

}  // namespace linnet::converter
