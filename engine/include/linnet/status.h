// Errors of Linnet: a code and one line of text. Nothing here throws.
#ifndef LINNET_STATUS_H_
#define LINNET_STATUS_H_

#include <cstdarg>
#include <cstdint>
#include <new>
#include <utility>

#if defined(__GNUC__)
#define LINNET_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define LINNET_PRINTF(format_index, first)
#endif

namespace linnet {

enum class StatusCode : uint8_t {
  kOk = 0,
  // The caller
  kInvalidArgument = 1,  // a shape, type, name or option that does not fit
  kNotFound = 2,         // no such file, input or entry point
  kIoError = 3,          // the operating system could not read or write
  // The model
  kInvalidModel = 10,  // damaged, or contradicts itself
  kUnsupported = 11,   // an op, version or type that this build does not have
  // The run
  kOutOfMemory = 20,
  kLimitExceeded = 21,  // a limit that the app set (bytes, trips, depth)
  kCancelled = 22,      // by the app's callback
  kOutOfRange = 23,     // an index or size read from a tensor
  // Linnet itself
  kInternal = 30,
};

// A short name of the code, such as "invalid model". Static storage.
const char* StatusCodeName(StatusCode code);

// The result of a call that can fail: a code and, on failure, one line that names what was expected and what was found.
// The message is on the heap and owned by the Status; if there is no memory for it, the code alone remains.
// Not thread safe, as any value is not; move only.
class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  // Formats as printf does.
  static Status Error(StatusCode code, const char* format, ...) LINNET_PRINTF(2, 3);
  static Status ErrorV(StatusCode code, const char* format, va_list args);

  Status(Status&& other) noexcept : code_(other.code_), message_(other.message_) { other.message_ = nullptr; }
  Status& operator=(Status&& other) noexcept {
    std::swap(code_, other.code_);
    std::swap(message_, other.message_);
    return *this;
  }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  ~Status() { ReleaseMessage(); }

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  // Never null; "" for ok.
  const char* message() const { return message_ != nullptr ? message_ : ok() ? "" : StatusCodeName(code_); }

  // The same error with "prefix: " before its text. REQUIRES: !ok().
  Status WithPrefix(const char* prefix) &&;

 private:
  void ReleaseMessage();

  StatusCode code_ = StatusCode::kOk;
  char* message_ = nullptr;
};

// A T or the Status that says why there is none.
//   Result<Model> model = Model::Open(path);
//   if (!model.ok()) return model.status();
//   model->...
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T&& value) : has_value_(true) { new (&storage_.value) T(std::move(value)); }  // NOLINT: implicit on purpose
  Result(Status&& error) : status_(std::move(error)) {}                                // NOLINT
  Result(Result&& other) noexcept : status_(std::move(other.status_)), has_value_(other.has_value_) {
    if (has_value_) new (&storage_.value) T(std::move(other.storage_.value));
  }
  Result& operator=(Result&&) = delete;
  ~Result() {
    if (has_value_) storage_.value.~T();
  }

  bool ok() const { return has_value_; }
  // Ok if there is a value. The error can be taken once.
  Status& status() { return status_; }
  const char* message() const { return status_.message(); }

  // REQUIRES: ok().
  T& operator*() { return storage_.value; }
  const T& operator*() const { return storage_.value; }
  T* operator->() { return &storage_.value; }
  const T* operator->() const { return &storage_.value; }

 private:
  union Storage {
    Storage() {}
    ~Storage() {}
    T value;
  };
  Storage storage_;
  Status status_;
  bool has_value_ = false;
};

}  // namespace linnet

// Returns from the function if `expression`, a Status, is an error.
#define LINNET_RETURN_IF_ERROR(expression)          \
  do {                                              \
    ::linnet::Status linnet_status_ = (expression); \
    if (!linnet_status_.ok()) return linnet_status_; \
  } while (0)

#endif  // LINNET_STATUS_H_
