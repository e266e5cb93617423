#include "engine/ops/control_flow_common.h"

#include <cstdio>
#include <cstring>

namespace linnet::ops {

Status ExpectData(OpContext& ctx) {
  for (int i = 0; i < ctx.input_count(); ++i) {
    if (ctx.has_input(i) && ctx.input(i).data == nullptr && ctx.input(i).elements() > 0) return ctx.Unresolved(i);
  }
  return Status();
}

SubgraphInput InputOf(const OpContext& ctx, int i) {
  const TensorSlot& slot = ctx.input(i);
  return {slot.type, slot.shape, slot.data};
}

Status ReadBool(OpContext& ctx, int i, bool* value) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(i, ElementType::kBool));
  double number = 0;
  LINNET_RETURN_IF_ERROR(ctx.ReadScalar(i, &number));
  *value = number != 0;
  return Status();
}

bool AppendBytes(const void* data, size_t bytes, Array<uint8_t>* buffer) {
  const size_t old = buffer->size();
  if (old + bytes > buffer->capacity() && !buffer->Reserve(old + bytes + old / 2)) return false;
  if (!buffer->Resize(old + bytes)) return false;
  if (bytes > 0) std::memcpy(buffer->begin() + old, data, bytes);
  return true;
}

bool StoreBytes(const void* data, size_t bytes, Array<uint8_t>* buffer) {
  buffer->Clear();
  return AppendBytes(data, bytes, buffer);
}

Status InSubgraph(OpContext& ctx, Status status) {
  if (status.ok()) return status;
  char prefix[160];
  const char* name = Text(ctx.def().name());
  std::snprintf(prefix, sizeof(prefix), "in the subgraph of node '%s'", name);
  return std::move(status).WithPrefix(prefix);
}

}  // namespace linnet::ops
