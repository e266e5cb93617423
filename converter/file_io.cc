#include "converter/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

namespace linnet::converter {
namespace {

Status SystemError(const char* action, const std::string& path) {
  const int error = errno;
  const StatusCode code = error == ENOENT ? StatusCode::kNotFound : StatusCode::kIoError;
  return Status::Error(code, "cannot %s '%s': %s", action, path.c_str(), std::strerror(error));
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }
  int get() const { return fd_; }
  // False if the system could not store what was written earlier.
  bool Close() {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || close(fd) == 0;
  }

 private:
  int fd_;
};

bool WriteAll(int fd, const void* data, size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, bytes, std::min(size, size_t{1} << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// Where `path` leads, so that a symbolic link stays one. A file that does not exist yet leads to itself.
std::string FollowLinks(const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string result = resolved;
  std::free(resolved);
  return result;
}

Status WriteDirectly(const std::string& path, const void* data, size_t size) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || !WriteAll(file.get(), data, size) || !file.Close()) return SystemError("write", path);
  return Status();
}

}  // namespace

Result<std::vector<uint8_t>> ReadFile(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info;
  if (file.get() < 0 || fstat(file.get(), &info) != 0) return SystemError("read", path);
  if (S_ISDIR(info.st_mode)) {
    return Status::Error(StatusCode::kIoError, "cannot read '%s': it is a folder, a file was expected", path.c_str());
  }
  std::vector<uint8_t> bytes;
  try {
    bytes.resize(static_cast<size_t>(std::max<off_t>(info.st_size, 0)));
    size_t size = 0;
    for (;;) {  // the size is a hint only: pipes have none, and a file may grow
      if (size == bytes.size()) bytes.resize(size + 4096);
      const ssize_t got = read(file.get(), bytes.data() + size, bytes.size() - size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError("read", path);
      if (got == 0) break;
      size += static_cast<size_t>(got);
    }
    bytes.resize(size);
  } catch (const std::bad_alloc&) {
    return Status::Error(StatusCode::kOutOfMemory, "cannot read '%s': not enough memory for its %lld bytes",
                         path.c_str(), static_cast<long long>(info.st_size));
  }
  return bytes;
}

Status WriteFileAtomically(const std::string& path, const void* data, size_t size) {
  struct stat info;
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) {
    return Status::Error(StatusCode::kIoError, "cannot write '%s': it is a folder, name a file", path.c_str());
  }
  if (exists && !S_ISREG(info.st_mode)) return WriteDirectly(path, data, size);
  if (exists && access(path.c_str(), W_OK) != 0) return SystemError("replace", path);

  const std::string target = FollowLinks(path);
  std::string temporary = target + ".XXXXXX";
  Descriptor file(mkstemp(temporary.data()));
  bool written = file.get() >= 0;
  if (written) {
    const mode_t mask = umask(0);
    umask(mask);
    written = fchmod(file.get(), exists ? info.st_mode & 0777 : 0666 & ~mask) == 0 &&
              WriteAll(file.get(), data, size) && fsync(file.get()) == 0 && file.Close() &&
              rename(temporary.c_str(), target.c_str()) == 0;
  }
  if (written) return Status();
  Status error = Status::Error(StatusCode::kIoError, "cannot write '%s': %s", path.c_str(), std::strerror(errno));
  if (file.get() >= 0 || access(temporary.c_str(), F_OK) == 0) unlink(temporary.c_str());
  return error;
}

}  // namespace linnet::converter
