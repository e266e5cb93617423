#include "linnet/status.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace linnet {

const char* StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return "ok";
    case StatusCode::kInvalidArgument: return "invalid argument";
    case StatusCode::kNotFound: return "not found";
    case StatusCode::kIoError: return "input/output error";
    case StatusCode::kInvalidModel: return "invalid model";
    case StatusCode::kUnsupported: return "unsupported";
    case StatusCode::kOutOfMemory: return "out of memory";
    case StatusCode::kLimitExceeded: return "limit exceeded";
    case StatusCode::kCancelled: return "cancelled";
    case StatusCode::kOutOfRange: return "out of range";
    case StatusCode::kInternal: return "internal error";
  }
  return "unknown error";
}

Status Status::ErrorV(StatusCode code, const char* format, va_list args) {
  Status status;
  status.code_ = code;
  va_list measure;
  va_copy(measure, args);
  const int length = std::vsnprintf(nullptr, 0, format, measure);
  va_end(measure);
  if (length < 0) return status;
  status.message_ = static_cast<char*>(std::malloc(static_cast<size_t>(length) + 1));
  if (status.message_ != nullptr) std::vsnprintf(status.message_, static_cast<size_t>(length) + 1, format, args);
  return status;
}

Status Status::Error(StatusCode code, const char* format, ...) {
  va_list args;
  va_start(args, format);
  Status status = ErrorV(code, format, args);
  va_end(args);
  return status;
}

Status Status::WithPrefix(const char* prefix) && { return Error(code_, "%s: %s", prefix, message()); }

void Status::ReleaseMessage() { std::free(message_); }

}  // namespace linnet
