// Small ops for tests of the engine's core, so that these do not depend on the real ones, and helpers to run models
// made of them. Plain loops, but with every property that the core has to honour: in place, views, concat and split
// parts, row strides, data-dependent shapes, scratch, state, parallel work, known values, packed constants.
#ifndef LINNET_TESTS_ENGINE_TEST_OPS_H_
#define LINNET_TESTS_ENGINE_TEST_OPS_H_

#include <vector>

#include "engine/op.h"
#include "tests/engine/model_builder.h"

namespace linnet::testing {

// fp32 unless said otherwise:
//   Relu(x)            max(x, 0); in place, strided
//   Add(a, b)          same shapes; in place of either, strided
//   Neg(x)             -x, strided, not in place
//   Identity(x)        view; any type
//   Reshape(x, sizes)  view; sizes are int32 / int64, deferred if only a run knows them; any type
//   Concat(x...)       attributes Axis; parts in place or copied
//   Split(x)           attributes Split (axis, num_outputs): equal parts
//   Transpose(x)       all elements in reverse order; dense, not in place
//   Expand(x, sizes)   a tensor of these sizes, filled with x[0]; deferred if only a run knows the sizes
//   NonZero(x)         int64 [count]: indices of the elements that are not 0; always deferred unless x is known
//   Shape(x)           int64 [rank]
//   Size(x)            int64 []: elements of x; reads nothing but the shape, but not marked as kShapeOnly
//   MatMul(a, b, bias?, residual?)  [M, K] x [K, N]; parallel over rows through thread scratch, in place of the residual
//   ScatterND(x, indices)  out = x, but out[indices[i]] = -1; in place of x; indices are fp32
//   CumSum(x)          running sum, with a table of 1s in op state
//   DepthwiseConv2D(x, w)  x * sum of the packed constant w
//   Erf(x)             x; Eval fails with kOutOfRange if x[0] < 0
//   Sigmoid(x)         1e-40 in every element, computed in the run: 0 where denormal numbers are flushed
OpList TestOps();
// The same functions without any flag that lets tensors share memory or known values be folded: what runs of TestOps
// must equal.
OpList TestOpsWithoutSharing();

// These throw (a test failure with its message) where the engine returns an error.
Model OpenModel(const ModelBuilder::File& file, OpList ops = TestOps());
Session NewSession(const Model& model, const SessionOptions& options = {});
void MustRun(Session& session);
void SetInput(const Session& session, int index, const std::vector<float>& values);
std::vector<float> GetOutput(const Session& session, int index);

// Expects `status` to be an error of this code whose text has `part` in it.
void ExpectError(const Status& status, StatusCode code, const char* part);

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_TEST_OPS_H_
