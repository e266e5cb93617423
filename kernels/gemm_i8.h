// Matrix product and convolution in int8 with int32 sums:
//
//   sum[i, j] = sum over p of (A[i, p] - a_zero_point) * (B[p, j] - b_zero_point[j])  +  bias[j]
//   C[i, j] = requantised sum[i, j] (kernels/requantize.h), or the sum itself              i < m, j < n, p < k
//
// A is an array of rows, or the patches of an image (convolution), where what lies outside of the image is a_pad. B is
// a constant in panels, or an activation as it lies. Of uint8 operands 128 is subtracted first: a_flip, b_flip.
//
// Sums are exact modulo 2^32, for all values of A and B; SumFitsInt32 says up to which k nothing can wrap around. Every
// instruction set and any number of threads give the same bytes. Nothing is read outside of the arrays. C must not
// overlap A or B. Any alignment.
#ifndef LINNET_KERNELS_GEMM_I8_H_
#define LINNET_KERNELS_GEMM_I8_H_

#include <cstddef>
#include <cstdint>

#include "kernels/conv_rows.h"
#include "kernels/requantize.h"
#include "kernels/task_grid.h"

namespace linnet::kernels {

enum class GemmI8B : uint8_t {
  kPanels,      // [n / w][k / 4][w][4], zero padded
  kRows,        // row p at b + p * b_stride
  kTransposed,  // column j at b + j * b_stride
};

struct GemmI8 {
  size_t m = 0, n = 0, k = 0;
  const int8_t* a = nullptr;       // row i at a + i * a_stride, or the image
  size_t a_stride = 0;
  const ConvRows* conv = nullptr;  // not null: rows are patches of a; k = kernel_h * kernel_w * channels
  int8_t a_pad = 0;                // as it would lie in a, before a_flip
  uint8_t a_flip = 0, b_flip = 0;  // 128 where the operand is uint8, else 0; no b_flip for panels
  GemmI8B b_layout = GemmI8B::kPanels;
  const int8_t* b = nullptr;
  size_t b_stride = 0;                    // kRows, kTransposed
  size_t panel_width = 16;                // kPanels: 16, or 8 or 4 where n is not larger
  const int32_t* bias = nullptr;           // [n] or null
  const int32_t* b_sum = nullptr;          // kPanels: [n], sum over p of B[p, j]
  const int32_t* b_zero_points = nullptr;  // [n]; null: b_zero_point in every column
  int32_t a_zero_point = 0, b_zero_point = 0;  // in [-255, 255], after a_flip and b_flip
  const float* multiplier = nullptr;  // [n]; null: C is int32
  Requantize requantize = {};
  void* c = nullptr;  // int8 or int32, row i at c + i * c_stride
  size_t c_stride = 0;
};

// How a product of one shape is cut up. Depends on the instruction set in use and on the caches.
struct GemmPlanI8 {
  void (*run)(const GemmI8& gemm, const GemmPlanI8& plan, size_t task, void* scratch);
  size_t tasks;
  size_t scratch_bytes;  // per thread
  size_t column_tasks;   // tasks = row tasks * column_tasks
  size_t task_rows, task_columns;
  size_t block_rows, block_columns;
  bool direct;  // the image is read as it lies, a row of outputs at a time
};

// The plan for the sizes, layouts and strides of `gemm`; its pointers may be null (conv excepted). `threads` is a hint.
// `products`: how many like this one are run side by side (batch, groups).
GemmPlanI8 PlanGemmI8(const GemmI8& gemm, int threads, size_t products = 1);

// Computes task `task` < plan.tasks of a product of the shape that the plan was made for. Tasks are independent.
// `scratch`: plan.scratch_bytes, 64-byte aligned, of this thread.
inline void RunGemmI8(const GemmI8& gemm, const GemmPlanI8& plan, size_t task, void* scratch) {
  plan.run(gemm, plan, task, scratch);
}

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_GEMM_I8_H_
