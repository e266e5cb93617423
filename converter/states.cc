#include "converter/states.h"

#include <algorithm>

#include "converter/evaluate.h"
#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

template <typename... Args>
Status WrongState(const std::pair<std::string, std::string>& names, const char* format, Args... args) {
  const std::string prefix = "state " + names.first + "=" + names.second;
  return Status::Error(StatusCode::kInvalidArgument, format, args...).WithPrefix(prefix.c_str());
}

Status AddState(const std::pair<std::string, std::string>& names, Graph* graph) {
  const auto find = [&](const std::vector<ValueId>& ids, const std::string& name) {
    return std::find_if(ids.begin(), ids.end(), [&](ValueId id) { return graph->value(id).name == name; });
  };
  for (const Graph::StatePair& state : graph->states) {
    if (graph->value(state.output).name == names.first) return WrongState(names, "this output is a state already");
    if (graph->value(state.input).name == names.second) return WrongState(names, "this input is a state already");
  }
  const auto output = find(graph->outputs, names.first);
  const auto input = find(graph->inputs, names.second);
  if (output == graph->outputs.end()) return WrongState(names, "the model has no such output (the form is OUT=IN)");
  if (input == graph->inputs.end()) return WrongState(names, "the model has no such input (the form is OUT=IN)");
  for (const Dim& dim : graph->value(*input).dims) {
    if (dim.size >= 0) continue;
    return WrongState(names, "the input's dimension '%s' is free; pin it with --shape %s=...", dim.symbol.c_str(),
                      names.second.c_str());
  }
  graph->states.push_back({*output, *input});
  graph->outputs.erase(output);
  return Status();
}

// An output whose shape only a run can tell is checked by the engine in each run.
Status CheckTypes(const std::pair<std::string, std::string>& names, const Graph& graph, const Graph::StatePair& state) {
  const Value &output = graph.value(state.output), &input = graph.value(state.input);
  if (!output.has_shape || (output.type == input.type && output.shape == input.shape && !output.dynamic_shape)) {
    return Status();
  }
  return WrongState(names, "the output is %s, the input %s",
                    TypeText(output.type, output.dynamic_shape ? output.symbolic_shape : output.shape).c_str(),
                    TypeText(input.type, input.shape).c_str());
}

}  // namespace

Status MakeStates(const std::vector<std::pair<std::string, std::string>>& pairs, Graph* graph) {
  if (pairs.empty()) return Status();
  for (const auto& names : pairs) LINNET_RETURN_IF_ERROR(AddState(names, graph));
  LINNET_RETURN_IF_ERROR(InferShapes(graph));
  for (size_t i = 0; i < pairs.size(); ++i) LINNET_RETURN_IF_ERROR(CheckTypes(pairs[i], *graph, graph->states[i]));
  return Status();
}

bool IsState(const Graph& graph, ValueId input) {
  return std::any_of(graph.states.begin(), graph.states.end(),
                     [input](const Graph::StatePair& state) { return state.input == input; });
}

std::vector<ValueId> Results(const Graph& graph) {
  std::vector<ValueId> results = graph.outputs;
  for (const Graph::StatePair& state : graph.states) results.push_back(state.output);
  return results;
}

}  // namespace linnet::converter
