// Runs a test's own functions as the Prepare and Eval of an op, for tests of what ops are made of:
//
//   ProbeOp probe;
//   probe.Input(F32({2}, {1, 2})).Param(Ints({3}));
//   Status status = probe.Run([](OpContext& ctx) { return ctx.ExpectArity(2, 1); });
#ifndef LINNET_TESTS_ENGINE_PROBE_OP_H_
#define LINNET_TESTS_ENGINE_PROBE_OP_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/op.h"
#include "tests/engine/model_builder.h"

namespace linnet::testing {

class ProbeOp {
 public:
  using Function = std::function<Status(OpContext&)>;

  // Inputs in order: of the graph, constant, left out.
  ProbeOp& Input(Value value) { return Add(true, std::move(value)); }
  ProbeOp& Param(Value value) { return Add(false, std::move(value)); }
  ProbeOp& NoInput() { return Add(false, Value()); }
  ProbeOp& Outputs(int count) {
    output_count_ = count;
    return *this;
  }
  ProbeOp& Flags(uint32_t flags) {
    flags_ = flags;
    return *this;
  }
  template <typename T, typename Fill>
  ProbeOp& Attrs(const Fill& fill) {
    T attrs;
    fill(attrs);
    attrs_.Set(std::move(attrs));
    return *this;
  }

  // Makes a session of the op alone and runs it; the first error. An op whose `prepare` sets no output gets the shape
  // and type of input 0.
  Status Run(Function prepare, Function eval = nullptr, const SessionOptions& options = {}) {
    prepare_function() = [&](OpContext& ctx) {
      LINNET_RETURN_IF_ERROR(prepare(ctx));
      for (int i = 0; i < ctx.output_count(); ++i) {
        if (ctx.output(i).resolved) continue;
        LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, ctx.input(0).type, ctx.input(0).shape));
      }
      return Status();
    };
    eval_function() = [&](OpContext& ctx) { return eval ? eval(ctx) : Status(); };
    const OpDef def = {format::OpCode::Abs,
                       "Probe",
                       attrs_.type,
                       [](OpContext& ctx) { return prepare_function()(ctx); },
                       [](OpContext& ctx) { return eval_function()(ctx); },
                       flags_ | kNotFoldable};
    const OpDef* const defs[] = {&def};
    return RunModel({defs, 1}, options);
  }

  // The output after Run.
  const Value& output(int i) const { return outputs_[static_cast<size_t>(i)]; }

 private:
  static Function& prepare_function() {
    static Function function;
    return function;
  }
  static Function& eval_function() {
    static Function function;
    return function;
  }

  ProbeOp& Add(bool graph_input, Value value) {
    inputs_.push_back({graph_input, std::move(value)});
    return *this;
  }

  Status RunModel(OpList ops, const SessionOptions& options) {
    ModelBuilder builder;
    std::vector<int> inputs, outputs;
    for (const In& in : inputs_) {
      const Value& value = in.value;
      inputs.push_back(value.type == ElementType::kUndefined ? -1
                       : in.graph_input                      ? builder.AddInput("input", value.type, value.shape)
                                                             : builder.AddConstant("constant", value));
    }
    for (int i = 0; i < output_count_; ++i) outputs.push_back(builder.AddResult("output"));
    for (int output : outputs) builder.MarkOutput(output);
    builder.AddOp(format::OpCode::Abs, inputs, outputs, "probe").attrs = attrs_;
    const ModelBuilder::File file = builder.Finish();
    Result<Model> model = Model::FromBuffer(file.data(), file.size(), ops);
    if (!model.ok()) return std::move(model.status());
    Result<Session> session = Session::Create(*model, options);
    if (!session.ok()) return std::move(session.status());
    int next = 0;
    for (const In& in : inputs_) {
      if (!in.graph_input) continue;
      const Tensor* tensor = session->Input(next++);
      if (!in.value.bytes.empty()) std::memcpy(tensor->raw_data(), in.value.bytes.data(), in.value.bytes.size());
    }
    LINNET_RETURN_IF_ERROR(session->Run());
    outputs_.clear();
    for (int i = 0; i < session->output_count(); ++i) {
      const Tensor* tensor = session->Output(i);
      const uint8_t* bytes = static_cast<const uint8_t*>(tensor->raw_data());
      outputs_.push_back({tensor->type(), tensor->shape(), std::vector<uint8_t>(bytes, bytes + tensor->bytes())});
    }
    return Status();
  }

  struct In {
    bool graph_input;
    Value value;
  };
  std::vector<In> inputs_;
  std::vector<Value> outputs_;
  int output_count_ = 1;
  uint32_t flags_ = kNoFlags;
  format::OpAttrsUnion attrs_;
};

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_PROBE_OP_H_
