#include "converter/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace linnet::converter {
namespace {

Status FileError(const std::string& path, const char* action) {
  const int error = errno;
  return Status::Error(error == ENOENT ? StatusCode::kNotFound : StatusCode::kIoError, "%s: cannot %s: %s",
                       path.c_str(), action, std::strerror(error));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<Bytes> MapFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return FileError(path, "open");
  struct stat info;
  if (fstat(file.get(), &info) != 0) return FileError(path, "read");
  if (!S_ISREG(info.st_mode)) return Status::Error(StatusCode::kIoError, "%s: not a file", path.c_str());
  const size_t size = static_cast<size_t>(info.st_size);
  if (size == 0) return Bytes::Copy(nullptr, 0);
  void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (memory == MAP_FAILED) return FileError(path, "map");
  std::shared_ptr<const void> mapping(memory, [size](const void* start) { munmap(const_cast<void*>(start), size); });
  return Bytes(std::move(mapping), memory, size);
}

}  // namespace linnet::converter
