// A file's bytes, mapped read-only where the system can, read into memory elsewhere.
#ifndef LINNET_ENGINE_MAPPED_FILE_H_
#define LINNET_ENGINE_MAPPED_FILE_H_

#include <cstddef>
#include <utility>

#include "linnet/status.h"

namespace linnet {

class MappedFile {
 public:
  // Errors: kNotFound, kIoError; the text names the path and the system's reason.
  static Result<MappedFile> Open(const char* path);

  MappedFile() = default;  // no bytes
  MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~MappedFile();

  const void* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  MappedFile(const void* data, size_t size) : data_(data), size_(size) {}

  const void* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace linnet

#endif  // LINNET_ENGINE_MAPPED_FILE_H_
