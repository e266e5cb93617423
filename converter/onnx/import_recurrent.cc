// LSTM, GRU and RNN. Engine: layout 0 of ONNX; every function with both of its parameters.
#include <cctype>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

using format::RecurrentActivation;

// A function as ONNX names it, in lower case. Parameters that it does not take are not read from the lists.
struct Function {
  const char* name;
  RecurrentActivation kind;
  bool has_alpha, has_beta;
  float alpha, beta;  // of the operator of that name
};
constexpr Function kFunctions[] = {
    {"sigmoid", RecurrentActivation::Sigmoid, false, false, 0, 0},
    {"tanh", RecurrentActivation::Tanh, false, false, 0, 0},
    {"relu", RecurrentActivation::Relu, false, false, 0, 0},
    {"affine", RecurrentActivation::Affine, true, true, 1, 0},
    {"leakyrelu", RecurrentActivation::LeakyRelu, true, false, 0.01f, 0},
    {"thresholdedrelu", RecurrentActivation::ThresholdedRelu, true, false, 1, 0},
    {"scaledtanh", RecurrentActivation::ScaledTanh, true, true, 1, 1},
    {"hardsigmoid", RecurrentActivation::HardSigmoid, true, true, 0.2f, 0.5f},
    {"elu", RecurrentActivation::Elu, true, false, 1, 0},
    {"softsign", RecurrentActivation::Softsign, false, false, 0, 0},
    {"softplus", RecurrentActivation::Softplus, false, false, 0, 0},
};

const Function* FindFunction(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const Function& function : kFunctions) {
    if (name == function.name) return &function;
  }
  return nullptr;
}

// The lists of alphas and betas are consumed in the order of the functions that take one.
Status ReadFunctions(ImportContext& ctx, int directions, int per_direction, format::RecurrentT* attrs) {
  const std::vector<std::string> names = ctx.Strings("activations");
  if (names.empty()) return {};
  if (names.size() != static_cast<size_t>(directions * per_direction)) {
    return ctx.Invalid("has %zu activations, expected %d", names.size(), directions * per_direction);
  }
  const std::vector<float> alphas = ctx.Floats("activation_alpha"), betas = ctx.Floats("activation_beta");
  size_t alpha = 0, beta = 0;
  for (const std::string& name : names) {
    const Function* function = FindFunction(name);
    if (function == nullptr) return ctx.Unsupported("activation '%s'", name.c_str());
    attrs->activations.push_back(function->kind);
    const bool own_alpha = function->has_alpha && alpha < alphas.size();
    attrs->alpha.push_back(own_alpha ? alphas[alpha++] : function->alpha);
    const bool own_beta = function->has_beta && beta < betas.size();
    attrs->beta.push_back(own_beta ? betas[beta++] : function->beta);
  }
  return {};
}

Status ReadDirection(ImportContext& ctx, format::RecurrentT* attrs) {
  const std::string direction = ctx.String("direction", "forward");
  if (direction == "forward") {
    attrs->direction = format::Direction::Forward;
  } else if (direction == "reverse") {
    attrs->direction = format::Direction::Reverse;
  } else if (direction == "bidirectional") {
    attrs->direction = format::Direction::Bidirectional;
  } else {
    return ctx.Invalid("direction is '%s'", direction.c_str());
  }
  return {};
}

Status ReadAttributes(ImportContext& ctx, format::RecurrentT* attrs) {
  LINNET_RETURN_IF_ERROR(ReadDirection(ctx, attrs));
  const int directions = attrs->direction == format::Direction::Bidirectional ? 2 : 1;
  const int functions = ctx.op() == OpCode::Lstm ? 3 : ctx.op() == OpCode::Gru ? 2 : 1;
  LINNET_RETURN_IF_ERROR(ReadFunctions(ctx, directions, functions, attrs));
  attrs->hidden_size = ctx.Int("hidden_size", 0);
  if (!ctx.Has("hidden_size")) {
    Shape r;
    LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(2), &r));
    if (r.rank() != 3) return ctx.Invalid("R has rank %d, expected 3", r.rank());
    attrs->hidden_size = static_cast<int>(r.back());
  }
  attrs->clip = ctx.Float("clip", 0);
  if (ctx.op() == OpCode::Lstm) attrs->input_forget = ctx.Bool("input_forget", false);
  if (ctx.op() == OpCode::Gru) attrs->linear_before_reset = ctx.Bool("linear_before_reset", false);
  return {};
}

}  // namespace

// Inputs X, W, R, B?, sequence_lens?, initial_h?, initial_c?, P?; outputs Y, Y_h, Y_c, each of them optional. In layout 1
// the batch comes first in X, in the states and in the outputs.
Status ImportRecurrent(ImportContext& ctx) {
  const bool lstm = ctx.op() == OpCode::Lstm;
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, lstm ? 8 : 6));
  format::RecurrentT attrs;
  LINNET_RETURN_IF_ERROR(ReadAttributes(ctx, &attrs));
  const bool batch_first = ctx.Int("layout", 0) != 0;
  Values inputs;
  for (int i = 0; i < ctx.input_count(); ++i) inputs.push_back(ctx.Input(i));
  for (size_t i : {0, 5, 6}) {
    if (batch_first && i < inputs.size() && inputs[i] != kNoValue) inputs[i] = ctx.Transpose(inputs[i], {1, 0, 2});
  }
  const int outputs = lstm ? 3 : 2;
  std::vector<bool> present;
  for (int i = 0; i < outputs; ++i) present.push_back(ctx.HasOutput(i));
  const Values results = ctx.EmitMany(ctx.op(), inputs, present, std::move(attrs));
  for (int i = 0; i < outputs; ++i) {
    if (!present[i]) continue;
    ValueId result = results[i];
    if (batch_first) result = i == 0 ? ctx.Transpose(result, {2, 0, 1, 3}) : ctx.Transpose(result, {1, 0, 2});
    ctx.SetOutput(i, result);
  }
  return {};
}

}  // namespace linnet::converter::onnx
