// Scan, and its first form, which had a batch.
#include "converter/onnx/graph_importer.h"

namespace linnet::converter::onnx {
namespace {

Status ReadCounts(ImportContext* ctx, int inputs, format::ScanT* attrs) {
  const int scanned = ctx->Int("num_scan_inputs", 0);
  if (scanned < 1 || scanned > inputs) return ctx->Invalid("%d scan inputs of %d inputs", scanned, inputs);
  attrs->carried = static_cast<uint32_t>(inputs - scanned);
  return {};
}

}  // namespace

Status GraphImporter::ImportScan(ImportContext* ctx, Scope* scope) {
  const GraphProto* body = FindBody(*ctx, "body");
  if (body == nullptr) return ctx->Invalid("lacks its body");
  if (ctx->opset() < 9) return ImportBatchedScan(*body, ctx, scope);
  format::ScanT attrs;
  LINNET_RETURN_IF_ERROR(ReadCounts(ctx, ctx->input_count(), &attrs));
  attrs.input_axes = ctx->Ints("scan_input_axes");
  attrs.output_axes = ctx->Ints("scan_output_axes");
  for (int64_t direction : ctx->Ints64("scan_input_directions")) attrs.input_reverse.push_back(direction != 0);
  for (int64_t direction : ctx->Ints64("scan_output_directions")) attrs.output_reverse.push_back(direction != 0);
  Values inputs, outputs;
  for (int i = 0; i < ctx->input_count(); ++i) inputs.push_back(ctx->Input(i));
  LINNET_RETURN_IF_ERROR(EmitScan(*body, inputs, std::move(attrs), ctx, scope, &outputs));
  for (int i = 0; i < ctx->output_count(); ++i) ctx->SetOutput(i, outputs[i]);
  return {};
}

Status GraphImporter::EmitScan(const GraphProto& body, const Values& inputs, format::ScanT attrs, ImportContext* ctx,
                               Scope* scope, Values* outputs) {
  std::vector<FormalInput> formals;
  for (size_t i = 0; i < inputs.size(); ++i) {
    FormalInput formal = FormalOf(ctx, inputs[i]);
    if (i >= attrs.carried && formal.has_shape) {
      const size_t at = i - attrs.carried;
      int axis = 0;
      LINNET_RETURN_IF_ERROR(
          ctx->ResolveAxis(at < attrs.input_axes.size() ? attrs.input_axes[at] : 0, formal.shape.rank(), &axis));
      Shape slice;
      for (int d = 0; d < formal.shape.rank(); ++d) {
        if (d != axis) slice.Append(formal.shape[d]);
      }
      formal.shape = slice;
    }
    formals.push_back(formal);
  }
  GraphImporter importer(this, scope, body);
  LINNET_RETURN_IF_ERROR(importer.ImportBody(formals));
  attrs.captured = static_cast<uint32_t>(importer.captured_.size());
  Values all = inputs;
  for (const auto& [outer, inner] : importer.captured_) all.push_back(outer);
  *outputs = ctx->EmitMany(OpCode::Scan, all, std::vector<bool>(ctx->output_count(), true), std::move(attrs));
  graph().nodes().back()->bodies.push_back(std::make_shared<converter::Graph>(importer.TakeGraph()));
  DeclareTypes(body.outputs, *outputs);
  return {};
}

// Opset 8: input 0 holds lengths of the sequences, all others begin with the batch, and the axis after it is scanned.
// Every item of the batch becomes a Scan of its own.
Status GraphImporter::ImportBatchedScan(const GraphProto& body, ImportContext* ctx, Scope* scope) {
  constexpr int64_t kMostItems = 256;
  if (ctx->HasInput(0)) return ctx->Unsupported("lengths of sequences, which only opset 8 had");
  format::ScanT attrs;
  LINNET_RETURN_IF_ERROR(ReadCounts(ctx, ctx->input_count() - 1, &attrs));
  for (int64_t direction : ctx->Ints64("directions")) attrs.input_reverse.push_back(direction != 0);
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx->GetShape(ctx->Input(1), &shape));
  if (shape.rank() < 1 || shape[0] < 1 || shape[0] > kMostItems) {
    return ctx->Unsupported("a batch of %lld", static_cast<long long>(shape.rank() < 1 ? 0 : shape[0]));
  }
  std::vector<Values> parts(ctx->output_count());
  for (int64_t item = 0; item < shape[0]; ++item) {
    Values inputs, outputs;
    for (int i = 1; i < ctx->input_count(); ++i) {
      inputs.push_back(ctx->Squeeze(ctx->Slice(ctx->Input(i), 0, item, item + 1), {0}));
    }
    LINNET_RETURN_IF_ERROR(EmitScan(body, inputs, attrs, ctx, scope, &outputs));
    for (size_t i = 0; i < parts.size(); ++i) parts[i].push_back(ctx->Unsqueeze(outputs[i], {0}));
  }
  for (size_t i = 0; i < parts.size(); ++i) ctx->SetOutput(static_cast<int>(i), ctx->Concat(parts[i], 0));
  return {};
}

}  // namespace linnet::converter::onnx
