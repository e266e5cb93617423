#include "engine/op.h"

namespace linnet {
namespace {

struct TypeInfo {
  const char* name;
  int bits;
};

// Indexed by ElementType.
constexpr TypeInfo kTypes[] = {
    {"undefined", 0}, {"float32", 32},      {"uint8", 8},           {"int8", 8},       {"uint16", 16},
    {"int16", 16},    {"int32", 32},        {"int64", 64},          {"string", 0},     {"bool", 8},
    {"float16", 16},  {"float64", 64},      {"uint32", 32},         {"uint64", 64},    {"complex64", 0},
    {"complex128", 0}, {"bfloat16", 16},    {"float8e4m3fn", 8},    {"float8e4m3fnuz", 8}, {"float8e5m2", 8},
    {"float8e5m2fnuz", 8}, {"uint4", 4},    {"int4", 4},            {"float4e2m1", 4},
    {"float8e8m0", 8}, {"uint2", 2},        {"int2", 2},
};
constexpr size_t kTypeCount = sizeof(kTypes) / sizeof(kTypes[0]);

static_assert(kTypeCount == static_cast<size_t>(format::ElementType::MAX) + 1, "one row per element type");
static_assert(static_cast<int>(ElementType::kInt2) == static_cast<int>(format::ElementType::Int2), "");
static_assert(static_cast<int>(ElementType::kBool) == static_cast<int>(format::ElementType::Bool), "");

}  // namespace

const char* ElementTypeName(ElementType type) {
  const auto index = static_cast<size_t>(type);
  return index < kTypeCount ? kTypes[index].name : "unknown";
}

int ElementBits(ElementType type) {
  const auto index = static_cast<size_t>(type);
  return index < kTypeCount ? kTypes[index].bits : 0;
}

size_t TensorBytes(ElementType type, const Shape& shape) {
  const auto bits = static_cast<size_t>(ElementBits(type)) * static_cast<size_t>(shape.elements());
  return (bits + 7) / 8;
}

}  // namespace linnet
