#include "engine/array.h"

#include <cstring>

namespace linnet {

void* BlockList::Allocate(size_t bytes) {
  void* block = nullptr;
  const size_t rounded = (bytes + AlignedBuffer::kAlignment - 1) & ~(AlignedBuffer::kAlignment - 1);
  if (rounded < bytes) return nullptr;
  if (posix_memalign(&block, AlignedBuffer::kAlignment, rounded == 0 ? AlignedBuffer::kAlignment : rounded) != 0) {
    return nullptr;
  }
  if (!blocks_.Append(block)) {
    std::free(block);
    return nullptr;
  }
  std::memset(block, 0, rounded);
  bytes_ += rounded;
  return block;
}

}  // namespace linnet
