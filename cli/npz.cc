#include "cli/npz.h"

#include <climits>
#include <cstring>
#include <memory>

#include "cli/npy.h"
#include "converter/file_io.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace linnet::cli {
namespace {

using converter::HostTensor;

// Records of a zip archive (little-endian); the sizes are those of the fixed parts.
constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEndOfDirectory = 0x06054b50;
constexpr size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kLargestComment = 65535;
constexpr uint64_t kStored = 0, kDeflated = 8;

class Archive {
 public:
  Archive(const std::vector<uint8_t>& file, const std::string& name) : file_(file), name_(name) {}

  Result<std::vector<HostTensor>> Read() const {
    size_t end = 0;
    if (!FindEnd(&end)) return Bad("no directory of a zip archive");
    const uint64_t count = Number(end + 10, 2);
    uint64_t at = Number(end + 16, 4);
    std::vector<HostTensor> arrays;
    for (uint64_t i = 0; i < count; ++i) {
      if (!Has(at, kCentralSize) || Number(at, 4) != kCentralHeader) return Bad("a damaged directory");
      Result<HostTensor> array = ReadMember(at);
      if (!array.ok()) return std::move(array.status());
      arrays.push_back(std::move(*array));
      at += kCentralSize + Number(at + 28, 2) + Number(at + 30, 2) + Number(at + 32, 2);
    }
    return arrays;
  }

 private:
  bool Has(uint64_t at, uint64_t size) const { return at <= file_.size() && size <= file_.size() - at; }

  // REQUIRES: Has(at, bytes).
  uint64_t Number(uint64_t at, int bytes) const {
    uint64_t number = 0;
    for (int i = bytes - 1; i >= 0; --i) number = number << 8 | file_[at + static_cast<uint64_t>(i)];
    return number;
  }

  Status Bad(const std::string& what) const {
    return Status::Error(StatusCode::kInvalidArgument, "'%s' is not a usable .npz file: %s; write it with numpy.savez",
                         name_.c_str(), what.c_str());
  }

  // The record at the end of the file, before a comment.
  bool FindEnd(size_t* end) const {
    for (size_t back = kEndSize; back <= kEndSize + kLargestComment && back <= file_.size(); ++back) {
      *end = file_.size() - back;
      if (Number(*end, 4) == kEndOfDirectory) return true;
    }
    return false;
  }

  Result<HostTensor> ReadMember(uint64_t entry) const {
    const uint64_t method = Number(entry + 10, 2), packed = Number(entry + 20, 4), size = Number(entry + 24, 4);
    const uint64_t name_size = Number(entry + 28, 2), local = Number(entry + 42, 4);
    if (!Has(entry + kCentralSize, name_size)) return Bad("a damaged directory");
    std::string member(reinterpret_cast<const char*>(file_.data()) + entry + kCentralSize, name_size);
    if (packed == UINT32_MAX || size == UINT32_MAX || local == UINT32_MAX)
      return Bad("'" + member + "' is above 4 GiB");
    if (!Has(local, kLocalSize) || Number(local, 4) != kLocalHeader)
      return Bad("'" + member + "' is not where the directory says");
    const uint64_t data = local + kLocalSize + Number(local + 26, 2) + Number(local + 28, 2);
    if (!Has(data, packed)) return Bad("'" + member + "' ends beyond the file");
    std::vector<uint8_t> content;
    if (method == kStored) {
      content.assign(file_.begin() + static_cast<std::ptrdiff_t>(data),
                     file_.begin() + static_cast<std::ptrdiff_t>(data + packed));
    } else if (method != kDeflated || !Inflate(data, packed, size, &content)) {
      return Bad("'" + member + "' cannot be unpacked");
    }
    Result<HostTensor> array = ParseNpy(content, name_ + "/" + member);
    if (!array.ok()) return array;
    const size_t suffix = member.rfind(".npy");
    array->name = suffix == std::string::npos ? member : member.substr(0, suffix);
    return array;
  }

  bool Inflate(uint64_t data, uint64_t packed, uint64_t size, std::vector<uint8_t>* content) const {
    // The decoder looks ahead, to where a zlib stream has its checksum and a zip member has none.
    constexpr size_t kLookAhead = 8;
    if (packed > INT_MAX - kLookAhead || size > INT_MAX) return false;
    const auto first = file_.begin() + static_cast<std::ptrdiff_t>(data);
    std::vector<uint8_t> source(first, first + static_cast<std::ptrdiff_t>(packed));
    source.resize(source.size() + kLookAhead, 0);
    content->resize(size);
    return stbi_zlib_decode_noheader_buffer(reinterpret_cast<char*>(content->data()), static_cast<int>(size),
                                            reinterpret_cast<const char*>(source.data()),
                                            static_cast<int>(source.size())) == static_cast<int>(size);
  }

  const std::vector<uint8_t>& file_;
  const std::string& name_;
};

}  // namespace

Result<std::vector<HostTensor>> ReadNpz(const std::string& path) {
  Result<std::vector<uint8_t>> file = converter::ReadFile(path);
  if (!file.ok()) return std::move(file.status());
  return ParseNpz(*file, path);
}

Result<std::vector<HostTensor>> ParseNpz(const std::vector<uint8_t>& file, const std::string& name) {
  return Archive(file, name).Read();
}

}  // namespace linnet::cli
