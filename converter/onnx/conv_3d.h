// Convolutions in three dimensions; see import_conv_3d.cc.
#ifndef LINNET_CONVERTER_ONNX_CONV_3D_H_
#define LINNET_CONVERTER_ONNX_CONV_3D_H_

#include "converter/onnx/import_context.h"

namespace linnet::converter::onnx {

// x [n, c, d, h, w] and w [N, c/group, kd, kh, kw] or [c, N/group, kd, kh, kw] as ONNX has them, attributes those of
// the node. `bias` may be left out.
Status EmitConv3D(ImportContext& ctx, ValueId x, ValueId w, ValueId bias, ValueId* y);
Status EmitConvTranspose3D(ImportContext& ctx, ValueId x, ValueId w, ValueId bias, ValueId* y);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_CONV_3D_H_
