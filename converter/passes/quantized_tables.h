// QTable nodes: functions of one 8-bit value as tables of 256 bytes, indexed by the value's byte.
#ifndef LINNET_CONVERTER_PASSES_QUANTIZED_TABLES_H_
#define LINNET_CONVERTER_PASSES_QUANTIZED_TABLES_H_

#include <array>

#include "converter/graph.h"

namespace linnet::converter {

using ByteTable = std::array<uint8_t, 256>;

// Appends QTable(x) with a table of `type`, int8 or uint8. Computes `output`, or a new value where it is left out.
ValueId AddTable(Graph* graph, ValueId x, ElementType type, const ByteTable& table, ValueId output = kNoValue);
// int8 -> uint8 and back: value + 128, value - 128.
ValueId AddSignFlip(Graph* graph, ValueId x, ElementType type, ValueId output = kNoValue);

// The table of a QTable node with a constant one. False for other nodes.
bool ReadTable(const Graph& graph, const Node& node, ByteTable* table);
bool IsSignFlip(const Graph& graph, const Node& node);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_QUANTIZED_TABLES_H_
