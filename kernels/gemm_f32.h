// Matrix product and convolution in fp32:
//
//   C[i, j] = activation(sum over p of A[i, p] * B[p, j]  +  bias[j]  +  residual[i, j])    i < m, j < n, p < k
//
// A is an array of rows, or the patches of an image (convolution), which are gathered tile by tile into scratch memory.
// B is a constant in panels, or an activation as it lies.
//
// Work is cut into tasks over outputs, never over sums: each C[i, j] is the sum in the order p = 0, 1, ... (m = 1 with B
// transposed excepted: a fixed tree), so any number of threads gives the same bytes.
//
// NaN and infinity propagate as the arithmetic says. Nothing is read outside of the arrays. C may be the residual
// itself (same stride); other overlap is not allowed. Any alignment of 4 bytes.
//
// Error against exact arithmetic: at most (k + 2) eps (|A| |B| + |bias| + |residual|), eps = 2^-24, without activation.
#ifndef LINNET_KERNELS_GEMM_F32_H_
#define LINNET_KERNELS_GEMM_F32_H_

#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"
#include "kernels/conv_rows.h"
#include "kernels/task_grid.h"

namespace linnet::kernels {

enum class GemmB : uint8_t {
  kPanels,      // float [n / w][k][w], zero padded
  kPanelsF16,   // float16 in the same order
  kRows,        // float, row p at b + p * b_stride
  kTransposed,  // float, column j at b + j * b_stride
};

struct GemmF32 {
  size_t m = 0, n = 0, k = 0;
  const float* a = nullptr;        // row i at a + i * a_stride, or the image
  size_t a_stride = 0;
  const ConvRows* conv = nullptr;  // not null: rows are patches of a; k = kernel_h * kernel_w * channels
  GemmB b_layout = GemmB::kPanels;
  const void* b = nullptr;
  size_t b_stride = 0;             // kRows, kTransposed
  size_t panel_width = 16;         // kPanels, kPanelsF16: 16, or 8 or 4 where n is not larger
  const float* bias = nullptr;      // [n] or null
  const float* residual = nullptr;  // row i at residual + i * residual_stride, or null
  size_t residual_stride = 0;
  float* c = nullptr;  // row i at c + i * c_stride
  size_t c_stride = 0;
  Activation activation = {};
};

// How a product of one shape is cut up. Depends on the instruction set in use and on the caches.
struct GemmPlanF32 {
  void (*run)(const GemmF32& gemm, const GemmPlanF32& plan, size_t task, float* scratch);
  size_t tasks;
  size_t scratch_bytes;  // per thread
  size_t column_tasks;   // tasks = row tasks * column_tasks
  size_t task_rows, task_columns;
  size_t block_k, block_rows, block_columns;
  bool pack_a, stage_b, k_outer, direct;
};

// The plan for the sizes, layouts and strides of `gemm`; its pointers may be null (conv excepted). `threads` is a hint.
// `products`: how many like this one are run side by side (batch, groups).
GemmPlanF32 PlanGemmF32(const GemmF32& gemm, int threads, size_t products = 1);

// Computes task `task` < plan.tasks of a product of the shape that the plan was made for. Tasks are independent.
// `scratch`: plan.scratch_bytes, 64-byte aligned, of this thread.
inline void RunGemmF32(const GemmF32& gemm, const GemmPlanF32& plan, size_t task, float* scratch) {
  plan.run(gemm, plan, task, scratch);
}

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_GEMM_F32_H_
