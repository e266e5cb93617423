// Graph::ToString: the notation of the pictures in pass files.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "converter/graph.h"
#include "flatbuffers/minireflect.h"

namespace linnet::converter {
namespace {

std::string FormatNumber(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.7g", number);
  return text;
}

// Prints a node's attributes as "a=1 b=[1, 2] kind={x=1}", those at their default left out.
class AttributePrinter : public flatbuffers::IterationVisitor {
 public:
  std::string Take() { return std::move(text_); }

  void StartSequence() override {
    if (++depth_ > kAttributesDepth) Open('{');
  }
  void EndSequence() override {
    if (depth_-- > kAttributesDepth) Close('}');
  }
  void StartVector() override { Open('['); }
  void EndVector() override { Close(']'); }

  void Field(size_t, size_t, flatbuffers::ElementaryType, bool, const flatbuffers::TypeTable*, const char* name,
             const uint8_t* value) override {
    if (depth_ >= kAttributesDepth && value != nullptr) pending_ = std::string(name) + "=";
  }
  void Element(size_t, flatbuffers::ElementaryType, const flatbuffers::TypeTable*, const uint8_t*) override {
    pending_.clear();
  }
  void Bool(bool value) override { Print(value ? "1" : "0", value); }
  void Char(int8_t value, const char* name) override { PrintEnum(value, name); }
  void UChar(uint8_t value, const char* name) override { PrintEnum(value, name); }
  void UShort(uint16_t value, const char* name) override { PrintEnum(value, name); }
  void Int(int32_t value, const char*) override { Print(std::to_string(value), value != 0); }
  void UInt(uint32_t value, const char*) override { Print(std::to_string(value), value != 0); }
  void Long(int64_t value) override { Print(std::to_string(value), value != 0); }
  void ULong(uint64_t value) override { Print(std::to_string(value), value != 0); }
  void Float(float value) override { Print(FormatNumber(value), value != 0); }
  void Double(double value) override { Print(FormatNumber(value), value != 0); }
  void String(const flatbuffers::String* value) override { Print("'" + value->str() + "'", true); }

 private:
  static constexpr int kAttributesDepth = 2;  // the Op itself is 1

  void PrintEnum(int64_t value, const char* name) { Print(name != nullptr ? name : std::to_string(value), value != 0); }

  // Fields of tables are only visited where they are set; those of structs always, so zeros are left out there.
  void Print(const std::string& value, bool nonzero) {
    if (depth_ < kAttributesDepth || (in('{') && !nonzero)) return;
    Separate(in('['));
    text_ += pending_ + value;
  }
  void Open(char bracket) {
    open_.push_back({bracket, text_.size()});
    Separate(in_list());
    text_ += pending_ + bracket;
    pending_.clear();
  }
  void Close(char bracket) {
    if (bracket == '}' && text_.back() == '{') {  // an Activation that does nothing
      text_.resize(open_.back().start);
    } else {
      text_ += bracket;
    }
    open_.pop_back();
  }
  void Separate(bool list) {
    if (text_.empty() || text_.back() == '{' || text_.back() == '[') return;
    text_ += list ? ", " : " ";
  }
  bool in(char bracket) const { return !open_.empty() && open_.back().bracket == bracket; }
  // Whether what was opened last stands in a vector.
  bool in_list() const { return open_.size() > 1 && open_[open_.size() - 2].bracket == '['; }

  struct Bracket {
    char bracket;
    size_t start;  // of its text, with the separator before it
  };
  std::string text_, pending_;
  std::vector<Bracket> open_;
  int depth_ = 0;
};

std::string TypeText(const Value& value) {
  std::string text = ElementTypeName(value.type);
  if (!value.has_shape) return text + " [?]";
  text += " [";
  for (int i = 0; i < value.shape.rank(); ++i) {
    if (i > 0) text += ", ";
    const bool symbolic = i < static_cast<int>(value.dims.size()) && value.dims[i].size < 0;
    if (symbolic) text += value.dims[i].symbol + "=";
    text += std::to_string(value.shape[i]);
  }
  return text + "]";
}

template <typename T>
void AppendValues(const Value& value, std::string* text) {
  for (int64_t i = 0; i < value.shape.elements(); ++i) {
    T number;
    std::memcpy(&number, static_cast<const char*>(value.data.data()) + i * sizeof(T), sizeof(T));
    *text += i > 0 ? ", " : "";
    *text += FormatNumber(static_cast<double>(number));
  }
}

// " = [1, 2]" of a short constant.
std::string ValuesText(const Value& value) {
  constexpr int64_t kMostValues = 8;
  if (value.order != format::StorageOrder::Plain || value.shape.elements() > kMostValues) return "";
  std::string text = " = [";
  switch (value.type) {
    case ElementType::kFloat32: AppendValues<float>(value, &text); break;
    case ElementType::kInt64: AppendValues<int64_t>(value, &text); break;
    case ElementType::kInt32: AppendValues<int32_t>(value, &text); break;
    case ElementType::kInt8: AppendValues<int8_t>(value, &text); break;
    case ElementType::kUint8:
    case ElementType::kBool: AppendValues<uint8_t>(value, &text); break;
    default: return "";
  }
  return text + "]";
}

std::string Names(const Graph& graph, const std::vector<ValueId>& ids) {
  std::string text;
  for (size_t i = 0; i < ids.size(); ++i) {
    text += i > 0 ? ", " : "";
    text += ids[i] == kNoValue ? "_" : "%" + graph.value(ids[i]).name;
  }
  return text;
}

std::string BracedAttributes(const Node& node) {
  const std::string text = AttributesText(node.attrs);
  return text.empty() ? "" : " {" + text + "}";
}

std::string NodeText(const Graph& graph, const Node& node) {
  std::string text = Names(graph, node.outputs) + " = " + OpName(node.op) + "(" + Names(graph, node.inputs) + ")" +
                     BracedAttributes(node) + "   // ";
  bool first = true;
  for (ValueId output : node.outputs) {
    if (output == kNoValue) continue;
    text += (first ? "" : ", ") + TypeText(graph.value(output));
    first = false;
  }
  return text + "\n";
}

// Constants in the order of their first use.
std::vector<ValueId> UsedConstants(const Graph& graph) {
  std::vector<bool> seen(graph.value_count(), false);
  std::vector<ValueId> used;
  const auto visit = [&](ValueId id) {
    if (id == kNoValue || seen[id] || !graph.value(id).is_constant()) return;
    seen[id] = true;
    used.push_back(id);
  };
  for (const auto& node : graph.nodes()) std::for_each(node->inputs.begin(), node->inputs.end(), visit);
  std::for_each(graph.outputs.begin(), graph.outputs.end(), visit);
  return used;
}

}  // namespace

std::string AttributesText(const format::OpAttrsUnion& attributes) {
  if (attributes.type == format::OpAttrs::NONE) return "";
  flatbuffers::FlatBufferBuilder builder;
  const auto attrs = attributes.Pack(builder);
  format::OpBuilder op(builder);
  op.add_attrs_type(attributes.type);
  op.add_attrs(attrs);
  builder.Finish(op.Finish());
  AttributePrinter printer;
  flatbuffers::IterateFlatBuffer(builder.GetBufferPointer(), format::OpTypeTable(), &printer);
  return printer.Take();
}

std::string Graph::ToString() const {
  std::string text;
  for (ValueId input : inputs) text += "input %" + value(input).name + "   // " + TypeText(value(input)) + "\n";
  for (ValueId id : UsedConstants(*this)) {
    text += "constant %" + value(id).name + "   // " + TypeText(value(id)) + ValuesText(value(id)) + "\n";
  }
  for (const auto& node : nodes_) text += NodeText(*this, *node);
  for (const StatePair& state : states) {
    text += "state %" + value(state.output).name + " -> %" + value(state.input).name + "\n";
  }
  return text + "output " + Names(*this, outputs) + "\n";
}

}  // namespace linnet::converter
