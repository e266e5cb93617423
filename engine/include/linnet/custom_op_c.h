/* Custom ops in plain C types: see linnet/custom_op.h for what each call promises.
 *
 *   static int32_t prepare(linnet_op_context* ctx, void* user) {
 *     linnet_op_tensor x;
 *     if (!linnet_op_input(ctx, 0, &x)) return linnet_op_fail(ctx, LINNET_OP_INVALID_MODEL, "needs an input");
 *     return linnet_op_set_output(ctx, 0, x.type, x.rank, x.sizes);
 *   }
 */
#ifndef LINNET_CUSTOM_OP_C_H_
#define LINNET_CUSTOM_OP_C_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LINNET_OP_OK = 0, LINNET_OP_INVALID_MODEL = 10, LINNET_OP_UNSUPPORTED = 11, LINNET_OP_OUT_OF_MEMORY = 20 };

typedef struct linnet_op_context linnet_op_context;

/* Dense, row-major. */
typedef struct linnet_op_tensor {
  int32_t type; /* ONNX's number: 1 is float32 */
  int32_t rank;
  int64_t sizes[8];
  void* data; /* NULL during prepare unless the value is known */
  size_t bytes;
} linnet_op_tensor;

/* Gives 0 for success, else what linnet_op_fail or another call gave. */
typedef int32_t (*linnet_op_function)(linnet_op_context* ctx, void* user);

typedef struct linnet_custom_op {
  const char* domain;
  const char* name;
  linnet_op_function prepare;
  linnet_op_function eval;
  void* user;
} linnet_custom_op;

int32_t linnet_op_input_count(linnet_op_context* ctx);
int32_t linnet_op_output_count(linnet_op_context* ctx);
/* 1, or 0 if the input or output is left out. */
int32_t linnet_op_input(linnet_op_context* ctx, int32_t index, linnet_op_tensor* tensor);
int32_t linnet_op_output(linnet_op_context* ctx, int32_t index, linnet_op_tensor* tensor);

float linnet_op_attribute_float(linnet_op_context* ctx, const char* name, float otherwise);
int64_t linnet_op_attribute_int(linnet_op_context* ctx, const char* name, int64_t otherwise);
const char* linnet_op_attribute_string(linnet_op_context* ctx, const char* name, const char* otherwise);
const float* linnet_op_attribute_floats(linnet_op_context* ctx, const char* name, int32_t* count);
const int64_t* linnet_op_attribute_ints(linnet_op_context* ctx, const char* name, int32_t* count);

/* prepare. The results are what the function may return. */
int32_t linnet_op_set_output(linnet_op_context* ctx, int32_t index, int32_t type, int32_t rank, const int64_t* sizes);
int32_t linnet_op_needs_value_of(linnet_op_context* ctx, int32_t index);
void linnet_op_request_scratch(linnet_op_context* ctx, size_t bytes);
void* linnet_op_new_state(linnet_op_context* ctx, size_t bytes);

/* eval */
void* linnet_op_scratch(linnet_op_context* ctx);
void* linnet_op_state(linnet_op_context* ctx);

/* Keeps the text for the error of the call and gives `code` back (LINNET_OP_INVALID_MODEL if it is 0). */
int32_t linnet_op_fail(linnet_op_context* ctx, int32_t code, const char* text);

#ifdef __cplusplus
}  /* extern "C" */

#include "linnet/custom_op.h"

namespace linnet {

// `op` must outlive the models that are opened with it.
CustomOp FromC(const linnet_custom_op* op);

}  // namespace linnet
#endif

#endif /* LINNET_CUSTOM_OP_C_H_ */
