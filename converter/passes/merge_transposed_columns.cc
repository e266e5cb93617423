// A transposed convolution whose kernel is as wide as its stride writes each output column from one input column: the taps
// of a kernel row, side by side, are the channels of a convolution that does not stride in x.
//
//   %y = ConvTranspose2D(%x, %w) {stride_h=2 stride_w=2}     // %x [n, h, w, c], %w [N, 2, 2, c]
//   ->
//   %y_columns = ConvTranspose2D(%x, %w1) {stride_h=2}       // %w1 [2 N, 2, 1, c], %y_columns [n, 2 h, w, 2 N]
//   %y = Reshape(%y_columns, [0, 0, -1, N])                  // [n, 2 h, 2 w, N]: a view
//
// So a row of outputs is one product with 2 N columns instead of two with N, which matters where N is small: the last
// layers of segmentation networks have 1.
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// Whether output column ox comes from input column ox / stride_w alone.
bool ColumnsStandAlone(const format::ConvTranspose2DT& attrs, int64_t kernel_w) {
  return attrs.group == 1 && kernel_w > 1 && attrs.stride_w == kernel_w && attrs.dilation_w == 1 && attrs.pad_left == 0 &&
         attrs.pad_right == 0 && attrs.output_pad_w == 0 && attrs.auto_pad == format::AutoPad::NotSet &&
         attrs.output_shape.empty();
}

// [N, kh, kw, c] -> [kw N, kh, 1, c], output channel kx N + j.
ValueId MergeWeight(Graph* graph, ValueId weight) {
  const std::string name = graph->UniqueName(graph->value(weight).name + "_columns");
  const Shape shape = graph->value(weight).shape;
  const int64_t n = shape[0], kh = shape[1], kw = shape[2], c = shape[3];
  const auto* from = static_cast<const float*>(graph->value(weight).data.data());
  std::vector<float> merged;
  merged.reserve(static_cast<size_t>(shape.elements()));
  for (int64_t row = 0; row < kw * n; ++row) {
    const int64_t kx = row / n, j = row % n;
    for (int64_t ky = 0; ky < kh; ++ky) {
      const float* tap = from + ((j * kh + ky) * kw + kx) * c;
      merged.insert(merged.end(), tap, tap + c);
    }
  }
  return graph->AddFloats(name, {kw * n, kh, 1, c}, merged);
}

ValueId RepeatBias(Graph* graph, ValueId bias, int64_t times) {
  const std::string name = graph->UniqueName(graph->value(bias).name + "_columns");
  const int64_t n = graph->value(bias).shape[0];
  const auto* from = static_cast<const float*>(graph->value(bias).data.data());
  std::vector<float> repeated;
  for (int64_t i = 0; i < times; ++i) repeated.insert(repeated.end(), from, from + n);
  return graph->AddFloats(name, {times * n}, repeated);
}

// [n, oh, w kw, N] -> [n, oh, w, kw N], where it is known.
void MergeColumns(int64_t kernel_w, Shape* shape) {
  if (shape->rank() != 4) return;
  int64_t& columns = (*shape)[2];
  if (columns > 0) columns /= kernel_w;
  (*shape)[3] *= kernel_w;
}

bool Merge(Graph* graph, Node* node, PassLog* log) {
  if (node->op != OpCode::ConvTranspose2D || node->inputs.size() > 3) return false;
  format::ConvTranspose2DT& attrs = node->As<format::ConvTranspose2DT>();
  const ValueId weight = node->inputs[1], bias = InputOf(*node, 2), y = node->outputs[0];
  if (!IsPlainConstant(*graph, weight, ElementType::kFloat32) || !graph->value(y).has_shape) return false;
  if (bias != kNoValue && !IsPlainConstant(*graph, bias, ElementType::kFloat32)) return false;
  const Shape shape = graph->value(weight).shape;
  if (shape.rank() != 4 || shape.elements() == 0 || !ColumnsStandAlone(attrs, shape[2])) return false;
  Say(log, "merged the columns of %s", Describe(*node).c_str());
  node->inputs[1] = MergeWeight(graph, weight);
  if (bias != kNoValue) node->inputs[2] = RepeatBias(graph, bias, shape[2]);
  attrs.stride_w = 1;
  const ValueId columns = graph->AddValue(graph->UniqueName(graph->value(y).name + "_columns"));
  CopyType(graph, y, columns);
  Value& value = graph->value(columns);
  for (Shape* known : {&value.shape, &value.symbolic_shape, &value.probe.shape}) MergeColumns(shape[2], known);
  node->outputs[0] = columns;
  const ValueId target =
      graph->AddInts(graph->UniqueName(graph->value(y).name + "_shape"), {4}, {0, 0, -1, shape[0]});
  Node reshape;
  reshape.op = OpCode::Reshape;
  reshape.attrs.Set(format::ReshapeT());
  reshape.inputs = {columns, target};
  reshape.outputs = {y};
  reshape.name = node->name;
  graph->InsertAfter(node, std::move(reshape));
  return true;
}

}  // namespace

Status MergeTransposedColumns(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex&) { return Merge(graph, node, log); });
  return Status();
}

}  // namespace linnet::converter
