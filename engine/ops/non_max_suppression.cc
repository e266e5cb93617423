// NonMaxSuppression: of the boxes of every batch and class those with the best scores that do not overlap too much.
// Inputs boxes [batches, n, 4], scores [batches, classes, n], max_boxes?, iou_threshold?, score_threshold?; the output
// is int64 [selected, 3] of batch, class and box, in the order of selection. A box is left out if its score is not
// above score_threshold or its intersection over union with one selected before is above iou_threshold. Of equal scores
// the lower index comes first. NaN is never above, so such scores are not selected where there is a threshold.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

struct Box {
  float y1, x1, y2, x2;  // y1 <= y2, x1 <= x2
};

Box BoxAt(const float* b, bool center) {
  if (center) {
    const float half_w = b[2] / 2, half_h = b[3] / 2;
    return {b[1] - half_h, b[0] - half_w, b[1] + half_h, b[0] + half_w};
  }
  Box box = {b[0], b[1], b[2], b[3]};
  if (b[0] > b[2]) box.y1 = b[2], box.y2 = b[0];
  if (b[1] > b[3]) box.x1 = b[3], box.x2 = b[1];
  return box;
}

float Min(float a, float b) { return a < b ? a : b; }
float Max(float a, float b) { return a > b ? a : b; }

bool Overlap(const Box& a, const Box& b, float threshold) {
  const float h = Min(a.y2, b.y2) - Max(a.y1, b.y1), w = Min(a.x2, b.x2) - Max(a.x1, b.x1);
  if (!(h > 0) || !(w > 0)) return false;
  const float area_a = (a.y2 - a.y1) * (a.x2 - a.x1), area_b = (b.y2 - b.y1) * (b.x2 - b.x1), both = h * w;
  return area_a > 0 && area_b > 0 && both / (area_a + area_b - both) > threshold;
}

// Whether box a comes before box b. NaN comes last.
bool Before(const float* scores, int64_t a, int64_t b) {
  const float x = scores[a], y = scores[b];
  if (x > y || (x == x && y != y)) return true;
  if (y > x || (y == y && x != x)) return false;
  return a < b;
}

// Restores the heap below `at`; its top is the first in order.
void SiftDown(const float* scores, int64_t* heap, int64_t size, int64_t at) {
  for (int64_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && Before(scores, heap[child + 1], heap[child])) ++child;
    if (!Before(scores, heap[child], heap[at])) return;
    const int64_t moved = heap[at];
    heap[at] = heap[child];
    heap[child] = moved;
    at = child;
  }
}

struct Limits {
  int64_t boxes;
  float overlap;
  bool has_score;
  float score;
};

// One [batch, class, box] of the output.
struct Row {
  int64_t batch, index, box;
};

Status ReadLimits(OpContext& ctx, Limits* limits) {
  *limits = {0, 0, false, 0};
  double value;
  for (int i = 2; i < 5; ++i) {
    if (!ctx.has_input(i)) continue;
    if (ctx.input(i).elements() == 0) return ctx.Invalid("input %d is empty", i);
    LINNET_RETURN_IF_ERROR(ctx.ReadScalar(i, &value));
    if (i == 2) limits->boxes = value > 0 ? (value < 9e18 ? static_cast<int64_t>(value) : INT64_MAX) : 0;
    if (i == 3) limits->overlap = static_cast<float>(value);
    if (i == 4) limits->has_score = true, limits->score = static_cast<float>(value);
  }
  return Status();
}

// Appends what is selected of one class of one batch to `rows`. `heap` has room for n.
bool SelectClass(const float* boxes, const float* scores, int64_t n, bool center, const Limits& limits, int64_t* heap,
                 Row row, Array<uint8_t>* rows) {
  int64_t size = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (!limits.has_score || scores[i] > limits.score) heap[size++] = i;
  }
  for (int64_t at = size / 2; at-- > 0;) SiftDown(scores, heap, size, at);
  const size_t start = rows->size();
  for (int64_t selected = 0; size > 0 && selected < limits.boxes;) {
    row.box = heap[0];
    heap[0] = heap[--size];
    SiftDown(scores, heap, size, 0);
    const Box box = BoxAt(boxes + row.box * 4, center);
    bool suppressed = false;
    for (size_t at = start; at < rows->size() && !suppressed; at += sizeof(Row)) {
      Row other;
      std::memcpy(&other, rows->begin() + at, sizeof other);
      suppressed = Overlap(box, BoxAt(boxes + other.box * 4, center), limits.overlap);
    }
    if (suppressed) continue;
    const size_t end = rows->size();
    if (end + sizeof(Row) > rows->capacity() && !rows->Reserve(2 * end + 16 * sizeof(Row))) return false;
    if (!rows->Resize(end + sizeof(Row))) return false;
    std::memcpy(rows->begin() + end, &row, sizeof row);
    ++selected;
  }
  return true;
}

Status Select(OpContext& ctx, const Limits& limits, Array<uint8_t>* rows) {
  const TensorSlot &boxes = ctx.input(0), &scores = ctx.input(1);
  const bool center = ctx.attrs<format::NonMaxSuppression>()->center_point_box();
  const int64_t n = boxes.shape[1], classes = scores.shape[1];
  if (n == 0 || limits.boxes == 0) return Status();
  auto* heap = static_cast<int64_t*>(ctx.AllocateMemory(SaturatingMultiply(static_cast<size_t>(n), sizeof(int64_t))));
  if (heap == nullptr) return ctx.OutOfMemory();
  for (int64_t batch = 0; batch < boxes.shape[0]; ++batch) {
    for (int64_t index = 0; index < classes; ++index) {
      const float* at = scores.as<float>() + (batch * classes + index) * n;
      if (!SelectClass(boxes.as<float>() + batch * n * 4, at, n, center, limits, heap, {batch, index, 0}, rows)) {
        return ctx.OutOfMemory();
      }
    }
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 5, 1, 1));
  const TensorSlot &boxes = ctx.input(0), &scores = ctx.input(1);
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kFloat32));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(1, ElementType::kFloat32));
  const bool fits = boxes.rank() == 3 && scores.rank() == 3 && boxes.shape[2] == 4 &&
                    boxes.shape[0] == scores.shape[0] && boxes.shape[1] == scores.shape[2];
  if (!fits) {
    return ctx.Invalid("boxes %s and scores %s are not [batches, n, 4] and [batches, classes, n]", ctx.Describe(0),
                       ctx.Describe(1, 1));
  }
  Limits limits;
  LINNET_RETURN_IF_ERROR(ReadLimits(ctx, &limits));
  for (int i = 0; i < 2; ++i) {
    if (!HasValue(ctx.input(i))) return ctx.Unresolved(i);
  }
  Array<uint8_t>* rows = ctx.Buffer(0);
  if (rows == nullptr) return ctx.OutOfMemory();
  rows->Clear();
  LINNET_RETURN_IF_ERROR(Select(ctx, limits, rows));
  return ctx.SetOutput(0, ElementType::kInt64, {static_cast<int64_t>(rows->size() / sizeof(Row)), 3});
}

Status Eval(OpContext& ctx) {
  const Array<uint8_t>& rows = *ctx.Buffer(0);
  if (!rows.empty()) std::memcpy(ctx.output(0).data, rows.begin(), rows.size());
  return Status();
}

}  // namespace

const OpDef kNonMaxSuppression = {format::OpCode::NonMaxSuppression, "NonMaxSuppression",
                                  format::OpAttrs::NonMaxSuppression, Prepare, Eval};

}  // namespace linnet::ops
