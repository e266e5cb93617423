// Plain truth of kernels/binary_f32.h, in double.
#ifndef LINNET_KERNELS_REFERENCE_BINARY_F32_H_
#define LINNET_KERNELS_REFERENCE_BINARY_F32_H_

namespace linnet::kernels::reference {

inline double AddF32(double a, double b) { return a + b; }
inline double SubF32(double a, double b) { return a - b; }
inline double MulF32(double a, double b) { return a * b; }
inline double DivF32(double a, double b) { return a / b; }
inline double MinF32(double a, double b) { return a != a || a < b ? a : b; }
inline double MaxF32(double a, double b) { return a != a || a > b ? a : b; }
inline double PReluF32(double a, double b) { return a < 0 ? b * a : a; }

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_BINARY_F32_H_
