// Operands of a tile of int8 products, for dot_<isa>.h; scalar/dot_scalar.h says what is done with them.
#ifndef LINNET_KERNELS_DOT_TILE_H_
#define LINNET_KERNELS_DOT_TILE_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

struct DotTile {
  size_t groups;     // of four values, along k, of one run
  const uint8_t* a;  // group g of row i: a + i / kRowsTogether * kRowsTogether * a_stride
                     //   + (g * kRowsTogether + i % kRowsTogether) * kGroupBytes
  size_t a_stride;   // bytes of all groups, and at least 16 more that may be read
  const int8_t* b;   // group g of four values of vector v: b + g * b_step + v / (16 / kLanes) * b_panel
                     //   + v % (16 / kLanes) * kLanes * 4
  size_t b_step, b_panel;
  // A sum is over runs of `groups` groups each: the kernel rows of a convolution that is read as it lies. Run r of a row of A is
  // a_run bytes behind run r - 1. One run, unless kReadsRuns.
  size_t runs, a_run;
};

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_DOT_TILE_H_
