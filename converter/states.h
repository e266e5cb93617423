// convert --state: an output that becomes an input of the next run, for networks that hear or read piece by piece.
#ifndef LINNET_CONVERTER_STATES_H_
#define LINNET_CONVERTER_STATES_H_

#include <string>
#include <utility>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// Makes states of (output, input) pairs: the input is no longer given but starts as zeros, and takes the output's value at
// the end of each run; the output is no longer shown. Infers the graph's shapes. Errors: kInvalidArgument for names that
// the graph does not have or that are in two pairs, for free sizes, and for an output of another type or shape than the
// input's.
Status MakeStates(const std::vector<std::pair<std::string, std::string>>& pairs, Graph* graph);

bool IsState(const Graph& graph, ValueId input);

// The values that a run hands out or keeps: the outputs, then the next values of states.
std::vector<ValueId> Results(const Graph& graph);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_STATES_H_
