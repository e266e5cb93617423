// out[i] = table[in[i]]: any function of one byte.
#ifndef LINNET_KERNELS_LOOKUP_H_
#define LINNET_KERNELS_LOOKUP_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// For i in [0, n); tables have 256 entries. LookupBytes: `out` may be `in`. Reads and writes exactly what is named.
void LookupBytes(size_t n, const uint8_t* in, const uint8_t* table, uint8_t* out);
void LookupF32(size_t n, const uint8_t* in, const float* table, float* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_LOOKUP_H_
