// Bands: ops that follow one another on images run a few rows at a time, so that what lies between them stays in the cache
// and takes no memory for whole images.
//
//   expand (1x1)  ->  depthwise (3x3)  ->  project (1x1)        a chain of stages
//
// For each band of rows of the last stage's output, every stage computes the rows of its own that the next one needs and does not
// have yet. Results are those of the ops one after the other, bit for bit. Threads share out the last stage's rows; rows
// before a border that the next thread needs too are computed twice.
#ifndef LINNET_ENGINE_BAND_H_
#define LINNET_ENGINE_BAND_H_

#include "engine/array.h"
#include "engine/op.h"

namespace linnet {

class SessionImpl;
struct Prepared;

// Which rows of input 0 a row of output 0 depends on. Both are images [1, h, w, c].
struct BandGeometry {
  int64_t in_rows, out_rows;
  // Row o sees rows [o * stride - pad, o * stride - pad + reach), as far as they exist.
  int64_t reach, stride, pad;
};

// Rows [begin, end) of output 0 are computed. x and y are where row 0 of input and output would be: rows that the band does not
// need are not there. Pixels are row_stride apart.
struct Band {
  const void* x;
  void* y;
  size_t begin, end;
  void* scratch;
};

// The side of an op that can be a stage.
struct BandOp {
  // Whether the op, prepared, can.
  bool (*describe)(OpContext& ctx, BandGeometry* geometry);
  // Gets ready for bands of at most `rows` rows. Returns the bytes of scratch that one needs.
  size_t (*plan)(OpContext& ctx, size_t rows);
  void (*run)(OpContext& ctx, const Band& band);
};

constexpr int kMaxStages = 4;

struct BandStage {
  int step;  // in Prepared::steps
  BandGeometry geometry;
  // The rows between this stage and the next, in a thread's scratch; not of the last stage.
  size_t row_bytes, buffer_rows, buffer_offset;
};

struct BandChain {
  int count;
  BandStage stages[kMaxStages];
  int64_t rows;   // of the last stage's output in a band
  int64_t tasks;
  size_t scratch_offset;  // of the stages' own scratch, behind the buffers
};

// Finds the chains among the prepared steps and tells the steps: the last one of a chain runs it, and the tensors between
// take no memory.
Status FormChains(SessionImpl& session, Prepared* prepared);

// Runs a chain on behalf of its last step.
void RunChain(SessionImpl& session, Prepared& prepared, const BandChain& chain);

}  // namespace linnet

#endif  // LINNET_ENGINE_BAND_H_
