// What the importer of one ONNX node sees: the node with its inputs as values of the graph, and a builder for the
// engine ops that it becomes.
#ifndef LINNET_CONVERTER_ONNX_IMPORT_CONTEXT_H_
#define LINNET_CONVERTER_ONNX_IMPORT_CONTEXT_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "converter/evaluate.h"
#include "converter/onnx/model.h"

namespace linnet::converter::onnx {

using format::OpCode;
using Values = std::vector<ValueId>;

// What all nodes of an import share.
struct ImportState {
  converter::Graph graph;
  std::map<ValueId, int> declared_ranks;  // from value_info
  std::map<ValueId, ElementType> declared_types;
  std::map<ValueId, ValueId> channels_last;  // value -> the same with channels last, where made already
  size_t inferred_nodes = 0;                 // nodes whose outputs have been inferred
};

class ImportContext {
 public:
  // `op`: what the importer table says; OpCode::Custom if the importer decides by itself.
  ImportContext(ImportState* state, const NodeProto& node, std::string name, int64_t opset, OpCode op, Values inputs);

  // The same node with other inputs, as an op of the standard domain at `opset`; for importers that build on another.
  ImportContext Inner(OpCode op, int64_t opset, Values inputs) const {
    return ImportContext(state_, node_, name_, opset, op, std::move(inputs));
  }

  converter::Graph& graph() { return state_->graph; }
  const NodeProto& node() const { return node_; }
  const std::string& name() const { return name_; }
  int64_t opset() const { return opset_; }  // of the node's domain
  OpCode op() const { return op_; }

  // --- Inputs and outputs of the node ---

  int input_count() const { return static_cast<int>(inputs_.size()); }
  // kNoValue where an optional input is left out.
  ValueId Input(int i) const { return i < input_count() ? inputs_[i] : kNoValue; }
  bool HasInput(int i) const { return Input(i) != kNoValue; }
  int output_count() const { return static_cast<int>(node_.outputs.size()); }
  bool HasOutput(int i) const { return i < output_count() && !node_.outputs[i].empty(); }
  void SetOutput(int i, ValueId value);
  const Values& outputs() const { return outputs_; }
  // Checks the number of inputs and that the first `min` are there.
  Status ExpectInputs(int min, int max) const;

  // --- Attributes. One of the wrong type, or out of range, makes status() an error and gives the default. ---

  const AttributeProto* Find(const char* attribute) const;
  bool Has(const char* attribute) const { return Find(attribute) != nullptr; }
  int64_t Int64(const char* attribute, int64_t otherwise);
  int Int(const char* attribute, int otherwise);
  bool Bool(const char* attribute, bool otherwise) { return Int(attribute, otherwise ? 1 : 0) != 0; }
  float Float(const char* attribute, float otherwise);
  std::string String(const char* attribute, const std::string& otherwise);
  std::vector<int64_t> Ints64(const char* attribute);  // empty if there is none
  std::vector<int> Ints(const char* attribute);
  std::vector<float> Floats(const char* attribute);
  std::vector<std::string> Strings(const char* attribute);
  // The attribute's tensor as a constant; kNoValue if there is none.
  ValueId TensorAttribute(const char* attribute);
  Status& status() { return status_; }

  // --- What is known of values ---

  bool IsConstant(ValueId value) const;
  // The numbers of an integer constant. False if it is none.
  bool ConstantInts(ValueId value, std::vector<int64_t>* numbers) const;
  // The one number of a constant. False if it is none.
  bool ConstantNumber(ValueId value, double* number) const;
  // As ConstantNumber, also where the value follows from sizes that are fixed.
  bool KnownNumber(ValueId value, double* number);
  // Found by the engine's own shape inference. Error: kUnsupported if it depends on data.
  Status GetShape(ValueId value, Shape* shape);
  Status GetRank(ValueId value, int* rank);
  Status GetType(ValueId value, ElementType* type);
  // Turns a possibly negative axis into [0, rank).
  Status ResolveAxis(int64_t axis, int rank, int* resolved) const;

  // --- Building. Each gives the new value; trailing inputs that are left out are dropped. ---

  ValueId Emit(OpCode op, Values inputs);  // attributes at their defaults
  template <typename Attrs>
  ValueId Emit(OpCode op, Values inputs, Attrs attrs) {
    const Values outputs = NewValues(op, 1);
    Add(op, std::move(inputs), outputs).attrs.Set(std::move(attrs));
    return outputs[0];
  }
  // With as many outputs as `present` has entries; those that are false are left out.
  template <typename Attrs>
  Values EmitMany(OpCode op, Values inputs, const std::vector<bool>& present, Attrs attrs) {
    Values outputs = NewValues(op, present.size());
    for (size_t i = 0; i < present.size(); ++i) {
      if (!present[i]) outputs[i] = kNoValue;
    }
    Add(op, std::move(inputs), outputs).attrs.Set(std::move(attrs));
    return outputs;
  }

  ValueId IntsConstant(const std::vector<int64_t>& numbers);                // int64 [n]
  ValueId IntConstant(int64_t number);                                      // int64, a scalar
  ValueId FloatsConstant(const std::vector<float>& numbers);                // float32 [n]
  ValueId Scalar(double number, ElementType type = ElementType::kFloat32);  // rank 0
  Status ScalarLike(double number, ValueId like, ValueId* scalar);          // of the type of `like`

  ValueId Cast(ValueId x, ElementType to);
  ValueId Transpose(ValueId x, const std::vector<int>& perm);
  ValueId Reshape(ValueId x, const std::vector<int64_t>& sizes, bool allow_zero = false);
  ValueId ReshapeLike(ValueId x, ValueId like);
  ValueId Squeeze(ValueId x, const std::vector<int>& axes);
  ValueId Unsqueeze(ValueId x, const std::vector<int>& axes);
  ValueId Reduce(OpCode op, ValueId x, const std::vector<int>& axes, bool keepdims = true);
  ValueId Slice(ValueId x, int axis, int64_t start, int64_t end, int64_t step = 1);
  ValueId Concat(const Values& parts, int axis);
  ValueId ShapeOf(ValueId x);

  // [n, c, spatial...] <-> [n, spatial..., c].
  ValueId ToChannelsLast(ValueId x, int rank);
  ValueId ToChannelsFirst(ValueId x, int rank);

  // --- Errors: "node 'name' (Op): " and the text. ---
  Status Invalid(const char* format, ...) const LINNET_PRINTF(2, 3);
  Status Unsupported(const char* format, ...) const LINNET_PRINTF(2, 3);

 private:
  Values NewValues(OpCode op, size_t count);
  Node& Add(OpCode op, Values inputs, Values outputs);
  const AttributeProto* FindTyped(const char* attribute, AttributeType type);
  Status InferNewNodes();
  Status Error(StatusCode code, const char* format, va_list arguments) const;
  void KeepError(Status error);

  ImportState* state_;
  const NodeProto& node_;
  std::string name_;
  int64_t opset_;
  OpCode op_;
  Values inputs_;
  Values outputs_;
  Status status_;
};

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_IMPORT_CONTEXT_H_
