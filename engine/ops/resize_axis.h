// Where the elements of a resized dimension come from: input positions and their weights.
#ifndef LINNET_ENGINE_OPS_RESIZE_AXIS_H_
#define LINNET_ENGINE_OPS_RESIZE_AXIS_H_

#include <cstdint>

#include "format/schema.h"

namespace linnet::ops {

// What all dimensions of one Resize have in common.
struct ResizeRule {
  format::ResizeMode mode = format::ResizeMode::Nearest;
  format::CoordinateMode coordinate = format::CoordinateMode::HalfPixel;
  format::NearestMode nearest = format::NearestMode::RoundPreferFloor;
  double cubic_a = -0.75;
  bool exclude_outside = false;
  bool antialias = false;
};

struct ResizeAxis {
  int64_t in = 1, out = 1;
  double scale = 1;
  double length = 1;  // in * scale, of which `out` is the integer
  double begin = 0, end = 1;  // region of interest, for TfCropAndResize
  bool resized = false;  // false: elements are copied one by one
  int64_t taps = 1;      // input positions that make an output element
};

// Sets axis->taps. REQUIRES: scale > 0 and scale * in >= 1/2.
void SetTaps(const ResizeRule& rule, ResizeAxis* axis);

// The `taps` input positions, in [0, in), and weights of output element `position`; their sum is 1. False if it lies
// outside of the input where that means a value of its own (TfCropAndResize); then weights are 0.
// Nearest positions are found in fp32 and by the formulas of ONNX's specification, since on halves rounding decides.
bool ResizeTaps(const ResizeRule& rule, const ResizeAxis& axis, int64_t position, int32_t* index, float* weight);
bool ResizeTaps(const ResizeRule& rule, const ResizeAxis& axis, int64_t position, int32_t* index, double* weight);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_RESIZE_AXIS_H_
