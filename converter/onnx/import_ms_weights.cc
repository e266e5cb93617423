// com.microsoft: ops whose weights are quantised and whose activations are floats.
#include <cstring>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

// The numbers of `rows` rows of `columns` codes of 2, 4 or 8 bits, each row in whole bytes, low bits first.
std::vector<uint8_t> Unpack(const Bytes& packed, int64_t rows, int64_t columns, int bits) {
  const auto* bytes = static_cast<const uint8_t*>(packed.data());
  const int64_t row_bytes = (columns * bits + 7) / 8;
  std::vector<uint8_t> codes;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < columns; ++i) {
      const int64_t bit = i * bits;
      codes.push_back(static_cast<uint8_t>(bytes[row * row_bytes + bit / 8] >> (bit % 8) & ((1 << bits) - 1)));
    }
  }
  return codes;
}

// A constant of codes: uint4 where they are 4 bits wide, else uint8.
ValueId CodesConstant(ImportContext& ctx, const char* what, const Shape& shape, const std::vector<uint8_t>& codes,
                      int bits) {
  void* data = nullptr;
  Bytes bytes = Bytes::Allocate(bits == 4 ? (codes.size() + 1) / 2 : codes.size(), &data);
  auto* out = static_cast<uint8_t*>(data);
  if (bits == 4) {
    for (size_t i = 0; i < codes.size(); ++i) out[i / 2] |= static_cast<uint8_t>(codes[i] << (i % 2 * 4));
  } else if (!codes.empty()) {
    std::memcpy(out, codes.data(), codes.size());
  }
  return ctx.graph().AddConstant(ctx.graph().UniqueName(ctx.name() + "/" + what),
                                 bits == 4 ? ElementType::kUint4 : ElementType::kUint8, shape, std::move(bytes));
}

// Shape of b in MatMulNBits: `n` outputs, of each `blocks` blocks of `block` inputs, of which the first `k` count.
struct NBits {
  int64_t n, k, block, blocks;
  int bits;
};

Status ReadNBits(ImportContext& ctx, NBits* nbits) {
  *nbits = {ctx.Int64("N", 0), ctx.Int64("K", 0), ctx.Int64("block_size", 0), 0, ctx.Int("bits", 4)};
  if (nbits->bits != 2 && nbits->bits != 4 && nbits->bits != 8) return ctx.Unsupported("bits is %d", nbits->bits);
  constexpr int64_t kMost = int64_t{1} << 31;
  const bool sane = nbits->n > 0 && nbits->n < kMost && nbits->k > 0 && nbits->k < kMost && nbits->block >= 4 &&
                    nbits->block < kMost && nbits->block * nbits->bits % 8 == 0;
  if (!sane) return ctx.Invalid("N, K or block_size is missing or wrong");
  nbits->blocks = (nbits->k + nbits->block - 1) / nbits->block;
  for (int i = 1; i < ctx.input_count() && i < 4; ++i) {
    if (ctx.HasInput(i) && !ctx.IsConstant(ctx.Input(i))) return ctx.Unsupported("input %d is no constant", i);
  }
  if (ctx.HasInput(4)) return ctx.Unsupported("g_idx (input 4) is given");
  const size_t expected = static_cast<size_t>(nbits->n * nbits->blocks * nbits->block * nbits->bits / 8);
  const size_t found = ctx.graph().value(ctx.Input(1)).data.size();
  if (found != expected) return ctx.Invalid("b has %zu bytes, expected %zu", found, expected);
  return {};
}

// (b - zero_point) * scale by blocks, [n, blocks * block].
Status EmitNBitsWeight(ImportContext& ctx, const NBits& nbits, ValueId* weight) {
  const auto constant = [&](int i) -> const Value& { return ctx.graph().value(ctx.Input(i)); };
  const int64_t columns = nbits.blocks * nbits.block;
  const ValueId codes = CodesConstant(ctx, "b", {nbits.n, columns},
                                      Unpack(constant(1).data, nbits.n, columns, nbits.bits), nbits.bits);
  if (constant(2).shape.elements() != nbits.n * nbits.blocks) return ctx.Invalid("the scales do not fit b");
  const ValueId scales = ctx.Reshape(ctx.Input(2), {nbits.n, nbits.blocks});
  ValueId points = kNoValue;
  const bool packed = ctx.HasInput(3) && constant(3).type == ElementType::kUint8;
  if (ctx.HasInput(3) && !packed) {  // zero points that are no whole numbers
    if (constant(3).shape.elements() != nbits.n * nbits.blocks) return ctx.Invalid("the zero points do not fit b");
    const ValueId blocks = ctx.Reshape(ctx.Cast(codes, constant(2).type), {nbits.n, nbits.blocks, nbits.block});
    const ValueId centred = ctx.Emit(OpCode::Sub, {blocks, ctx.Reshape(ctx.Input(3), {nbits.n, nbits.blocks, 1})});
    const ValueId scaled = ctx.Emit(OpCode::Mul, {centred, ctx.Unsqueeze(scales, {2})});
    *weight = ctx.Reshape(scaled, {nbits.n, columns});
    return {};
  }
  std::vector<uint8_t> numbers(static_cast<size_t>(nbits.n * nbits.blocks), static_cast<uint8_t>(1 << (nbits.bits - 1)));
  if (packed) {
    const size_t expected = static_cast<size_t>(nbits.n * ((nbits.blocks * nbits.bits + 7) / 8));
    if (constant(3).data.size() != expected) return ctx.Invalid("the zero points do not fit b");
    numbers = Unpack(constant(3).data, nbits.n, nbits.blocks, nbits.bits);
  }
  points = CodesConstant(ctx, "zero_points", {nbits.n, nbits.blocks}, numbers, nbits.bits);
  format::QuantizeT attrs;
  attrs.axis = 1;
  attrs.block = static_cast<int>(nbits.block);
  *weight = ctx.Emit(OpCode::DequantizeLinear, {codes, scales, points}, std::move(attrs));
  return {};
}

// A recurrent weight [directions, k, gates * hidden] of integers as ONNX has it: floats [directions, gates * hidden, k].
Status EmitRecurrentWeight(ImportContext& ctx, int weight, int scale, ValueId* result) {
  Shape scales;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(scale), &scales));
  const auto aligned = [&](ValueId x) { return ctx.Unsqueeze(x, scales.rank() == 2 ? std::vector<int>{1}
                                                                                  : std::vector<int>{1, 2}); };
  ValueId x = ctx.Cast(ctx.Input(weight), ElementType::kFloat32);
  if (ctx.HasInput(scale + 1)) {
    x = ctx.Emit(OpCode::Sub, {x, aligned(ctx.Cast(ctx.Input(scale + 1), ElementType::kFloat32))});
  }
  x = ctx.Emit(OpCode::Mul, {x, aligned(ctx.Input(scale))});
  *result = ctx.Transpose(x, {0, 2, 1});
  return {};
}

}  // namespace

// a [.., K] x b: inputs a, b, scales, zero_points?, g_idx?, bias?
Status ImportMatMulNBits(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 6));
  NBits nbits;
  LINNET_RETURN_IF_ERROR(ReadNBits(ctx, &nbits));
  ValueId weight = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitNBitsWeight(ctx, nbits, &weight));
  if (nbits.k < nbits.blocks * nbits.block) weight = ctx.Slice(weight, 1, 0, nbits.k);
  format::MatMulT attrs;
  attrs.transpose_b = true;
  ctx.SetOutput(0, ctx.Emit(OpCode::MatMul, {ctx.Input(0), weight, ctx.Input(5)}, std::move(attrs)));
  return {};
}

// An LSTM whose weights are integers: inputs as LSTM's, then scale and zero point of W and of R. ONNX Runtime rounds the
// activations to 8 bits as well, in each step; here they stay floats.
Status ImportDynamicQuantizeLstm(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 12));
  if (!ctx.HasInput(8) || !ctx.HasInput(10)) return ctx.Invalid("a scale of the weights is missing");
  Values inputs;
  for (int i = 0; i < 8; ++i) inputs.push_back(ctx.Input(i));
  LINNET_RETURN_IF_ERROR(EmitRecurrentWeight(ctx, 1, 8, &inputs[1]));
  LINNET_RETURN_IF_ERROR(EmitRecurrentWeight(ctx, 2, 10, &inputs[2]));
  ImportContext inner = ctx.Inner(OpCode::Lstm, 14, std::move(inputs));
  LINNET_RETURN_IF_ERROR(ImportRecurrent(inner));
  if (!inner.status().ok()) return std::move(inner.status());
  for (int i = 0; i < ctx.output_count(); ++i) ctx.SetOutput(i, inner.outputs()[i]);
  return {};
}

}  // namespace linnet::converter::onnx
