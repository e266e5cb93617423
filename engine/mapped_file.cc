#include "engine/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace linnet {

Result<MappedFile> MappedFile::Open(const char* path) {
  // Not blocking: a pipe without a writer must not keep the caller waiting.
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    const StatusCode code = errno == ENOENT || errno == ENOTDIR ? StatusCode::kNotFound : StatusCode::kIoError;
    return Status::Error(code, "cannot open '%s': %s", path, std::strerror(errno));
  }
  struct stat info;
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(file);
    return Status::Error(StatusCode::kIoError, "cannot read '%s': not a regular file", path);
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (static_cast<uint64_t>(info.st_size) > SIZE_MAX || size == 0) {
    close(file);
    if (size == 0) return MappedFile();
    return Status::Error(StatusCode::kIoError, "cannot map '%s': larger than the address space", path);
  }
  void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int map_error = errno;
  close(file);
  if (data == MAP_FAILED) {
    return Status::Error(StatusCode::kIoError, "cannot map '%s': %s", path, std::strerror(map_error));
  }
  return MappedFile(data, size);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(const_cast<void*>(data_), size_);
}

}  // namespace linnet
