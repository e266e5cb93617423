// Every import function, by the file that defines it.
#ifndef LINNET_CONVERTER_ONNX_IMPORTERS_H_
#define LINNET_CONVERTER_ONNX_IMPORTERS_H_

#include "converter/onnx/import_context.h"

namespace linnet::converter::onnx {

// import_conv.cc
Status ImportConv(ImportContext& ctx);
Status ImportFusedConv(ImportContext& ctx);
Status ImportConvTranspose(ImportContext& ctx);
Status ImportConvInteger(ImportContext& ctx);
Status ImportQLinearConv(ImportContext& ctx);

// import_pool.cc
Status ImportPool(ImportContext& ctx);
Status ImportGlobalPool(ImportContext& ctx);
Status ImportGlobalLpPool(ImportContext& ctx);
Status ImportMaxUnpool(ImportContext& ctx);

// import_elementwise.cc
Status ImportUnary(ImportContext& ctx);
Status ImportParametricUnary(ImportContext& ctx);
Status ImportIsInf(ImportContext& ctx);
Status ImportBinary(ImportContext& ctx);
Status ImportVariadic(ImportContext& ctx);
Status ImportMean(ImportContext& ctx);
Status ImportMod(ImportContext& ctx);
Status ImportBitShift(ImportContext& ctx);
Status ImportWhere(ImportContext& ctx);
Status ImportClip(ImportContext& ctx);
Status ImportPRelu(ImportContext& ctx);
Status ImportCast(ImportContext& ctx);
Status ImportCastLike(ImportContext& ctx);
Status ImportBitCast(ImportContext& ctx);

// import_activation.cc
Status ImportGelu(ImportContext& ctx);
Status ImportFastGelu(ImportContext& ctx);
Status ImportBiasGelu(ImportContext& ctx);
Status ImportSwish(ImportContext& ctx);
Status ImportSwiGlu(ImportContext& ctx);
Status ImportSoftmax(ImportContext& ctx);
Status ImportFlatSoftmax(ImportContext& ctx);
// Emits the activation that a fused node names (FusedConv, RNN ...): "Relu", "LeakyRelu" with its parameters.
Status EmitActivation(ImportContext& ctx, const std::string& activation, const std::vector<float>& parameters,
                      ValueId x, ValueId* y);

// import_reduce.cc
Status ImportReduce(ImportContext& ctx);
Status ImportArgReduce(ImportContext& ctx);
Status ImportCumSum(ImportContext& ctx);

// import_norm.cc
Status ImportBatchNormalization(ImportContext& ctx);
Status ImportInstanceNormalization(ImportContext& ctx);
Status ImportGroupNormalization(ImportContext& ctx);
Status ImportLayerNormalization(ImportContext& ctx);
Status ImportSkipLayerNormalization(ImportContext& ctx);
Status ImportRmsNormalization(ImportContext& ctx);
Status ImportLrn(ImportContext& ctx);
Status ImportLpNormalization(ImportContext& ctx);
Status ImportMeanVarianceNormalization(ImportContext& ctx);

// import_matmul.cc
Status ImportMatMul(ImportContext& ctx);
Status ImportFusedMatMul(ImportContext& ctx);
Status ImportGemm(ImportContext& ctx);
Status ImportMatMulInteger(ImportContext& ctx);
Status ImportQLinearMatMul(ImportContext& ctx);
// The exact product of centred integers, int32. Zero points may be left out.
Status EmitIntegerMatMul(ImportContext& ctx, ValueId a, ValueId a_zero_point, ValueId b, ValueId b_zero_point,
                         ValueId* y);

// import_shape.cc
Status ImportIdentity(ImportContext& ctx);
Status ImportDropout(ImportContext& ctx);
Status ImportReshape(ImportContext& ctx);
Status ImportFlatten(ImportContext& ctx);
Status ImportAxes(ImportContext& ctx);
Status ImportTranspose(ImportContext& ctx);
Status ImportConcat(ImportContext& ctx);
Status ImportSplit(ImportContext& ctx);
Status ImportSlice(ImportContext& ctx);
Status ImportExpand(ImportContext& ctx);
Status ImportTile(ImportContext& ctx);
Status ImportShape(ImportContext& ctx);
Status ImportSize(ImportContext& ctx);
Status ImportDepthToSpace(ImportContext& ctx);

// import_pad.cc
Status ImportPad(ImportContext& ctx);

// import_resize.cc
Status ImportResize(ImportContext& ctx);
Status ImportResize10(ImportContext& ctx);
Status ImportUpsample(ImportContext& ctx);
Status ImportUpsample1(ImportContext& ctx);

// import_tensor.cc
Status ImportConstant(ImportContext& ctx);
Status ImportConstantOfShape(ImportContext& ctx);
Status ImportRange(ImportContext& ctx);
Status ImportEyeLike(ImportContext& ctx);
Status ImportOneHot(ImportContext& ctx);
Status ImportTrilu(ImportContext& ctx);
Status ImportGather(ImportContext& ctx);
Status ImportGatherElements(ImportContext& ctx);
Status ImportGatherND(ImportContext& ctx);
Status ImportScatter(ImportContext& ctx);
Status ImportTopK(ImportContext& ctx);
Status ImportNonZero(ImportContext& ctx);
Status ImportCompress(ImportContext& ctx);
Status ImportUnique(ImportContext& ctx);
Status ImportReverseSequence(ImportContext& ctx);
Status ImportWindow(ImportContext& ctx);

// import_recurrent.cc
Status ImportRecurrent(ImportContext& ctx);

// import_quantize.cc
Status ImportQuantizeLinear(ImportContext& ctx);
Status ImportDequantizeLinear(ImportContext& ctx);
Status ImportDynamicQuantizeLinear(ImportContext& ctx);
struct QuantizedOperand {
  ValueId value, scale, zero_point;
};
// x as uint8, with the scale and zero point of its range, as DynamicQuantizeLinear defines them.
QuantizedOperand EmitDynamicQuantize(ImportContext& ctx, ValueId x);

// import_einsum.cc
Status ImportEinsum(ImportContext& ctx);

// import_attention.cc
Status ImportAttention(ImportContext& ctx);
Status ImportRotaryEmbedding(ImportContext& ctx);
Status ImportLinearAttention(ImportContext& ctx);
Status ImportTensorScatter(ImportContext& ctx);

// import_conv_3d.cc
Status ImportCausalConvWithState(ImportContext& ctx);

// import_vision.cc
Status ImportNonMaxSuppression(ImportContext& ctx);
Status ImportRoiAlign(ImportContext& ctx);
Status ImportMaxRoiPool(ImportContext& ctx);
Status ImportGridSample(ImportContext& ctx);
Status ImportAffineGrid(ImportContext& ctx);
Status ImportDeformConv(ImportContext& ctx);
Status ImportCol2Im(ImportContext& ctx);
Status ImportCenterCropPad(ImportContext& ctx);

// import_signal.cc
Status ImportDft(ImportContext& ctx);
Status ImportStft(ImportContext& ctx);
Status ImportMelWeightMatrix(ImportContext& ctx);
Status ImportTfIdfVectorizer(ImportContext& ctx);

// import_random.cc
Status ImportRandom(ImportContext& ctx);
Status ImportBernoulli(ImportContext& ctx);
Status ImportMultinomial(ImportContext& ctx);

// import_loss.cc
Status ImportNegativeLogLikelihoodLoss(ImportContext& ctx);
Status ImportSoftmaxCrossEntropyLoss(ImportContext& ctx);

// import_ms_*.cc: ops of ONNX Runtime's own (com.microsoft)
Status ImportQLinear(ImportContext& ctx);
Status ImportQGemm(ImportContext& ctx);
Status ImportMatMulIntegerToFloat(ImportContext& ctx);
Status ImportDynamicQuantizeMatMul(ImportContext& ctx);
Status ImportMatMulNBits(ImportContext& ctx);
Status ImportDynamicQuantizeLstm(ImportContext& ctx);
Status ImportEmbedLayerNormalization(ImportContext& ctx);
Status ImportQEmbedLayerNormalization(ImportContext& ctx);
Status ImportMsAttention(ImportContext& ctx);
Status ImportQAttention(ImportContext& ctx);
Status ImportMultiHeadAttention(ImportContext& ctx);
Status ImportMsRotaryEmbedding(ImportContext& ctx);
Status ImportMsPad(ImportContext& ctx);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_IMPORTERS_H_
