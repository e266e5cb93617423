#include "kernels/gemm_i8.h"

#include "kernels/x86/dot_avx512vnni.h"

#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx512vnni {
#include "kernels/gemm_i8-inl.h"
}  // namespace linnet::kernels::avx512vnni
#include "kernels/region_end.h"
