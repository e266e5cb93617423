// Checksum of the weight segment, for tools: loading never walks the weights.
#ifndef LINNET_FORMAT_CHECKSUM_H_
#define LINNET_FORMAT_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "format/storage.h"

namespace linnet::format {

// FNV-1a over the segment's 64-bit little-endian words instead of its bytes.
class SegmentChecksum {
 public:
  // Appends `bytes` bytes and the zeros that pad them to kSegmentAlignment.
  void Add(const void* data, size_t bytes) {
    const size_t padded = RoundUp(bytes, kSegmentAlignment);
    for (size_t at = 0; at < padded; at += sizeof(uint64_t)) {
      uint64_t word = 0;
      const size_t left = at < bytes ? bytes - at : 0;
      if (left > 0) {
        std::memcpy(&word, static_cast<const char*>(data) + at, left < sizeof(word) ? left : sizeof(word));
      }
      value_ = (value_ ^ word) * 0x100000001b3u;
    }
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325u;
};

}  // namespace linnet::format

#endif  // LINNET_FORMAT_CHECKSUM_H_
