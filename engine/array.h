// Owned memory without exceptions and without template code shared with other libraries.
#ifndef LINNET_ENGINE_ARRAY_H_
#define LINNET_ENGINE_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace linnet {

// No amount of memory is larger: sizes from an untrusted file are added and multiplied with saturation at SIZE_MAX, and
// refused where they exceed this.
constexpr size_t kMaxBytes = static_cast<size_t>(PTRDIFF_MAX);
inline size_t SaturatingAdd(size_t a, size_t b) { return a > SIZE_MAX - b ? SIZE_MAX : a + b; }
inline size_t SaturatingMultiply(size_t a, size_t b) { return b != 0 && a > SIZE_MAX / b ? SIZE_MAX : a * b; }

// A growable array of trivially copyable T on the heap. Every call that can need memory says whether it got it.
template <typename T>
class Array {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "moved with realloc");

  Array() = default;
  Array(Array&& other) noexcept { *this = std::move(other); }
  Array& operator=(Array&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Array() { std::free(data_); }

  // Sets the size; new elements are copies of `value`.
  [[nodiscard]] bool Resize(size_t size, const T& value = T()) {
    const T copy = value;
    if (!Reserve(size)) return false;
    for (size_t i = size_; i < size; ++i) data_[i] = copy;
    size_ = size;
    return true;
  }
  [[nodiscard]] bool Append(const T& value) {
    const T copy = value;  // it may lie in this array
    if (size_ == capacity_ && !Reserve(capacity_ == 0 ? 8 : 2 * capacity_)) return false;
    data_[size_++] = copy;
    return true;
  }
  void Clear() { size_ = 0; }
  // Makes room for `capacity` elements.
  [[nodiscard]] bool Reserve(size_t capacity) {
    if (capacity <= capacity_) return true;
    if (capacity > SIZE_MAX / sizeof(T)) return false;
    void* grown = std::realloc(static_cast<void*>(data_), capacity * sizeof(T));
    if (grown == nullptr) return false;
    data_ = static_cast<T*>(grown);
    capacity_ = capacity;
    return true;
  }

  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// 64-byte aligned memory that is freed with its owner.
class AlignedBuffer {
 public:
  static constexpr size_t kAlignment = 64;

  AlignedBuffer() = default;
  AlignedBuffer(AlignedBuffer&& other) noexcept { *this = std::move(other); }
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~AlignedBuffer() { std::free(data_); }

  // Replaces the memory; the former content is gone. False: out of memory, and the former memory stays.
  [[nodiscard]] bool Allocate(size_t bytes) {
    const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (rounded < bytes) return false;
    void* memory = nullptr;
    if (rounded > 0 && posix_memalign(&memory, kAlignment, rounded) != 0) return false;
    std::free(data_);
    data_ = memory;
    size_ = rounded;
    return true;
  }
  void Release() {
    std::free(data_);
    data_ = nullptr;
    size_ = 0;
  }
  void* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

// Many small blocks that are freed together.
class BlockList {
 public:
  BlockList() = default;
  BlockList(BlockList&& other) noexcept : blocks_(std::move(other.blocks_)), bytes_(other.bytes_) {}
  BlockList& operator=(BlockList&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    blocks_ = std::move(other.blocks_);
    return *this;
  }
  ~BlockList() { Release(); }
  void Release() {
    for (void* block : blocks_) std::free(block);
    blocks_.Clear();
    bytes_ = 0;
  }
  // Zeroed, 64-byte aligned; null if there is no memory.
  void* Allocate(size_t bytes);
  size_t bytes() const { return bytes_; }

 private:
  Array<void*> blocks_;
  size_t bytes_ = 0;
};

}  // namespace linnet

#endif  // LINNET_ENGINE_ARRAY_H_
