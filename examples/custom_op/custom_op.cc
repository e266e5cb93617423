// A network with two ops of the app's own: one written in C++, one in plain C types. Usage: linnet_custom_op plate.linnet
//
//   linnet convert plate.onnx -o plate.linnet --custom-op my.physics::Heat --custom-op my.physics::Flux
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "linnet/custom_op_c.h"

namespace {

using linnet::CustomOpContext;
using linnet::Shape;
using linnet::Status;
using linnet::StatusCode;
using linnet::Tensor;

// Heat: one step of diffusion on a plate x [h, w]; y = x + rate * (sum of the four neighbours - 4 x), nothing beyond the
// edge flows.
Status PrepareHeat(CustomOpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  const Tensor x = ctx.input(0);
  if (x.type() != linnet::ElementType::kFloat32 || x.shape().rank() != 2) {
    return ctx.Error(StatusCode::kInvalidModel, "expected a float32 plate [h, w], found rank %d", x.shape().rank());
  }
  const float rate = ctx.Float("rate", 0.25f);
  if (!(rate >= 0 && rate <= 0.25f)) return ctx.Error(StatusCode::kInvalidModel, "rate is %g, unstable", double{rate});
  return ctx.SetOutput(0, x.type(), x.shape());
}

Status EvalHeat(CustomOpContext& ctx) {
  const Tensor x = ctx.input(0), y = ctx.output(0);
  const float rate = ctx.Float("rate", 0.25f);
  const int64_t h = x.shape()[0], w = x.shape()[1];
  for (int64_t i = 0; i < h; ++i) {
    for (int64_t j = 0; j < w; ++j) {
      const float* at = x.data<float>() + i * w + j;
      float flow = 0;
      if (i > 0) flow += at[-w] - *at;
      if (i + 1 < h) flow += at[w] - *at;
      if (j > 0) flow += at[-1] - *at;
      if (j + 1 < w) flow += at[1] - *at;
      y.data<float>()[i * w + j] = *at + rate * flow;
    }
  }
  return Status();
}

// Flux: the largest difference of neighbours in a row; y [] float32. In C types, as any language can provide them.
int32_t PrepareFlux(linnet_op_context* ctx, void*) {
  linnet_op_tensor x;
  if (!linnet_op_input(ctx, 0, &x) || x.type != 1 || x.rank != 2) {
    return linnet_op_fail(ctx, LINNET_OP_INVALID_MODEL, "expected a float32 plate [h, w]");
  }
  return linnet_op_set_output(ctx, 0, x.type, /*rank=*/0, nullptr);
}

int32_t EvalFlux(linnet_op_context* ctx, void* user) {
  linnet_op_tensor x, y;
  linnet_op_input(ctx, 0, &x);
  linnet_op_output(ctx, 0, &y);
  const float* values = static_cast<const float*>(x.data);
  float largest = 0;
  for (int64_t i = 0; i < x.sizes[0] * x.sizes[1]; ++i) {
    if (i % x.sizes[1] != 0) largest = std::max(largest, std::fabs(values[i] - values[i - 1]));
  }
  *static_cast<float*>(y.data) = largest;
  ++*static_cast<int*>(user);
  return LINNET_OP_OK;
}

int runs = 0;
const linnet_custom_op kFlux = {"my.physics", "Flux", PrepareFlux, EvalFlux, &runs};
const linnet::CustomOp kOps[] = {{"my.physics", "Heat", PrepareHeat, EvalHeat}, linnet::FromC(&kFlux)};

Status Run(const char* path) {
  auto model = linnet::Model::Open(path, linnet::WithCustomOps(linnet::AllOps(), kOps));
  if (!model.ok()) return std::move(model.status());
  auto session = linnet::Session::Create(*model);
  if (!session.ok()) return std::move(session.status());
  const Tensor& plate = *session->Input("plate");
  std::fill_n(plate.data<float>(), plate.shape().elements(), 0.0f);
  plate.data<float>()[5] = 12;  // one hot point
  LINNET_RETURN_IF_ERROR(session->Run());
  const Tensor& next = *session->Output("next");
  float total = 0;
  for (int64_t i = 0; i < next.shape().elements(); ++i) total += next.data<float>()[i];
  std::printf("total %g, flux %g\n", double{total}, double{*session->Output("flux")->data<float>()});
  return runs == 1 ? Status() : Status::Error(StatusCode::kInternal, "Flux ran %d times", runs);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: linnet_custom_op MODEL.linnet\n");
    return 1;
  }
  const Status status = Run(argv[1]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.message());
  return status.ok() ? 0 : 2;
}
