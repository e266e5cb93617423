// Linnet: runs a converted neural network inside an app.
//
//   auto model = linnet::Model::Open("model.linnet");              // maps and verifies the file
//   if (!model.ok()) return Fail(model.message());
//   auto session = linnet::Session::Create(*model);
//   float* pixels = session->Input("image")->data<float>();        // fill [1, 224, 224, 3]
//   linnet::Status status = session->Run();
//   const float* scores = session->Output(0)->data<float>();
//
// A Model is immutable and may be shared by any number of threads; it must outlive its sessions. A Session belongs to
// one thread at a time. Nothing throws; every failure is a Status with one line of text.
#ifndef LINNET_LINNET_H_
#define LINNET_LINNET_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <type_traits>

#include "linnet/status.h"
#include "linnet/version.h"

namespace linnet {

// ONNX's numbers (TensorProto.DataType).
enum class ElementType : uint8_t {
  kUndefined = 0, kFloat32 = 1, kUint8 = 2, kInt8 = 3, kUint16 = 4, kInt16 = 5, kInt32 = 6, kInt64 = 7, kString = 8,
  kBool = 9, kFloat16 = 10, kFloat64 = 11, kUint32 = 12, kUint64 = 13, kComplex64 = 14, kComplex128 = 15,
  kBfloat16 = 16, kFloat8E4M3FN = 17, kFloat8E4M3FNUZ = 18, kFloat8E5M2 = 19, kFloat8E5M2FNUZ = 20, kUint4 = 21,
  kInt4 = 22, kFloat4E2M1 = 23, kFloat8E8M0 = 24, kUint2 = 25, kInt2 = 26,
};

// "float32", "int8", ... Static storage.
const char* ElementTypeName(ElementType type);
// Bits of one element: 32 for float32, 4 for int4, 0 for types that Linnet does not store.
int ElementBits(ElementType type);

// The sizes of a tensor, outermost first. A scalar has rank 0 and one element; a size of 0 makes an empty tensor.
class Shape {
 public:
  static constexpr int kMaxRank = 8;

  Shape() = default;
  // REQUIRES: at most kMaxRank sizes.
  Shape(std::initializer_list<int64_t> sizes) {
    for (int64_t size : sizes) Append(size);
  }

  int rank() const { return rank_; }
  int64_t operator[](int i) const { return sizes_[i]; }
  int64_t& operator[](int i) { return sizes_[i]; }
  int64_t back() const { return sizes_[rank_ - 1]; }
  const int64_t* begin() const { return sizes_; }
  const int64_t* end() const { return sizes_ + rank_; }
  // REQUIRES: rank() < kMaxRank.
  void Append(int64_t size) { sizes_[rank_++] = size; }
  // Product of all sizes. Cannot overflow for the shape of a tensor: those are checked when they are set.
  int64_t elements() const { return Product(0, rank_); }
  // Product of the sizes [first, last).
  int64_t Product(int first, int last) const {
    int64_t product = 1;
    for (int i = first; i < last; ++i) product *= sizes_[i];
    return product;
  }
  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i) {
      if (a.sizes_[i] != b.sizes_[i]) return false;
    }
    return true;
  }
  friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }

 private:
  int64_t sizes_[kMaxRank] = {};
  int rank_ = 0;
};

// An input or output of a Session, or a tensor shown to a callback. The memory belongs to the session: an input's may be
// written until Run, and after Run it may hold anything; an output's may be read until the next Run or Resize.
class Tensor {
 public:
  Tensor() = default;
  Tensor(const char* name, ElementType type, const Shape& shape, void* data, size_t bytes)
      : name_(name), type_(type), shape_(shape), data_(data), bytes_(bytes) {}

  const char* name() const { return name_; }
  ElementType type() const { return type_; }
  // Of an output whose size depends on data: known after Run.
  const Shape& shape() const { return shape_; }
  size_t bytes() const { return bytes_; }
  void* raw_data() const { return data_; }
  // Row-major, dense. Null if T is not the element type (bool is uint8_t, float16 and bfloat16 are uint16_t).
  template <typename T>
  T* data() const {
    return Holds<T>() ? static_cast<T*>(data_) : nullptr;
  }

 private:
  template <typename T>
  bool Holds() const {
    using Value = std::remove_const_t<T>;
    switch (type_) {
      case ElementType::kFloat32: return std::is_same_v<Value, float>;
      case ElementType::kFloat64: return std::is_same_v<Value, double>;
      case ElementType::kInt8: return std::is_same_v<Value, int8_t>;
      case ElementType::kBool:
      case ElementType::kUint8: return std::is_same_v<Value, uint8_t>;
      case ElementType::kInt16: return std::is_same_v<Value, int16_t>;
      case ElementType::kFloat16:
      case ElementType::kBfloat16:
      case ElementType::kUint16: return std::is_same_v<Value, uint16_t>;
      case ElementType::kInt32: return std::is_same_v<Value, int32_t>;
      case ElementType::kUint32: return std::is_same_v<Value, uint32_t>;
      case ElementType::kInt64: return std::is_same_v<Value, int64_t>;
      case ElementType::kUint64: return std::is_same_v<Value, uint64_t>;
      default: return false;
    }
  }

  const char* name_ = "";
  ElementType type_ = ElementType::kUndefined;
  Shape shape_;
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

// The ops that a program contains. AllOps() has every op of the build; a list made from .linnet files
// (linnet_target_models in CMake) has just those that its models use, and the linker drops the rest.
struct OpDef;
struct CustomOp;  // linnet/custom_op.h
struct OpList {
  const OpDef* const* ops = nullptr;
  size_t count = 0;
  const CustomOp* custom_ops = nullptr;  // the app's own
  size_t custom_op_count = 0;
};
OpList AllOps();

class ModelImpl;
class SessionImpl;

// What a caller may know of an input or output before there is a session.
struct TensorInfo {
  const char* name;
  ElementType type;
  Shape shape;  // a negative size is symbolic: any size may be given to Session::Resize
};

// A model file: mapped or given, verified, immutable. Thread safe.
class Model {
 public:
  // Maps the file at `path` and verifies it. The file must not change while the model lives.
  // Errors: kNotFound, kIoError, kInvalidModel, kUnsupported (an op or version that `ops` does not have).
  static Result<Model> Open(const char* path, OpList ops);
  static Result<Model> Open(const char* path) { return Open(path, AllOps()); }
  // Verifies a model in the caller's memory, aligned to at least 4 bytes, which must outlive the model and its sessions.
  static Result<Model> FromBuffer(const void* data, size_t bytes, OpList ops);
  static Result<Model> FromBuffer(const void* data, size_t bytes) { return FromBuffer(data, bytes, AllOps()); }

  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  int input_count() const;
  int output_count() const;
  TensorInfo input(int index) const;
  TensorInfo output(int index) const;

  const ModelImpl& impl() const { return *impl_; }  // for the rest of the library

 private:
  friend class ModelImpl;
  explicit Model(std::unique_ptr<ModelImpl> impl);
  std::unique_ptr<ModelImpl> impl_;
};

// Runs task(context, index, thread) for every index in [0, count), in any order and in parallel if it can, and returns
// when all are done. thread < the number of threads; two tasks that run at once have different numbers.
using ParallelTask = void (*)(void* context, size_t index, int thread);
struct ParallelFor {
  void (*run)(void* self, size_t count, ParallelTask task, void* context) = nullptr;
  void* self = nullptr;
};

// Worker threads that sessions may share. A run that finds the pool busy with another session's work uses its own
// thread only. Workers spin for a bounded time only while a run is in progress, and sleep otherwise. Thread safe.
class ThreadPool {
 public:
  // `threads` counts the calling thread: ThreadPool(2) starts one worker. Errors: kInvalidArgument, kOutOfMemory.
  static Result<ThreadPool> Create(int threads);
  ThreadPool(ThreadPool&&) noexcept;
  ~ThreadPool();
  int threads() const;

  class Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit ThreadPool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Shown to a callback around each op of a run.
struct OpEvent {
  const char* op;    // "Conv2D"
  const char* node;  // name of the node in the source model
  int index;         // position in the run
  int count;         // ops in the run
  bool done;         // false: about to run; true: has run
};

// A choice between two ways to compute the same, by what each is expected to cost.
struct MethodEvent {
  const char* op;      // "Conv2D"
  const char* node;    // name of the node in the source model
  const char* method;  // chosen: "direct" or "winograd" (convolution), "bands" or "separate" (several ops, of which this is the last)
  const char* other;
  double cost, other_cost;  // expected
  const char* unit;         // of both: "million multiply-adds", "KiB through memory"
};

struct SessionOptions {
  // Threads of a pool of the session's own. 1 starts none. Ignored with `pool` or `parallel_for`.
  int threads = 1;
  // A pool to share; must outlive the session.
  ThreadPool* pool = nullptr;
  // The app's own threads; `threads` says how many tasks it may run at once.
  ParallelFor parallel_for;
  // Memory for tensors and scratch, 64-byte aligned, at least Session::RequiredArenaBytes; must outlive the session.
  // Null: the session takes it from the heap.
  void* arena = nullptr;
  size_t arena_bytes = 0;
  // Called before and after each op on the thread that called Run; returning false stops the run (kCancelled).
  bool (*on_op)(void* context, const OpEvent& event) = nullptr;
  void* on_op_context = nullptr;
  // Called for each such choice when a session is made or resized; returning false takes the other method. Values may differ
  // in their last bits between "direct" and "winograd".
  bool (*on_method)(void* context, const MethodEvent& event) = nullptr;
  void* on_method_context = nullptr;
  // Keep the inputs' bytes intact during Run. Otherwise their memory is reused for other tensors.
  bool keep_inputs = false;
  // No algorithm that reorders sums for speed (Winograd).
  bool exact_order = false;
  // Convolutions that follow one another run a few rows at a time, so that what lies between them takes no memory and
  // stays in the cache. The same bytes either way.
  bool bands = true;
  // Results computed once at Prepare because everything they depend on is known: largest that is kept, in bytes.
  size_t known_value_limit = 64 * 1024;
  // Upper bound of all memory that the session may take for tensors and scratch.
  size_t memory_limit = SIZE_MAX;
  // Upper bounds of control flow.
  int64_t trip_limit = INT64_MAX;
  int depth_limit = 16;
};

// A model ready to run: memory plan, arena, prepared ops. One thread at a time; sessions of one model are independent.
// Run allocates nothing, takes no lock and makes no system call except to wake threads (ops whose output size depends
// on data excepted: they take memory in chunks, up to memory_limit).
class Session {
 public:
  // `model` must outlive the session. Errors: kInvalidModel, kInvalidArgument, kOutOfMemory, kLimitExceeded,
  // kUnsupported.
  static Result<Session> Create(const Model& model, const SessionOptions& options = {});
  // Bytes that SessionOptions.arena must have for the model's default shapes.
  static Result<size_t> RequiredArenaBytes(const Model& model, const SessionOptions& options = {});

  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  int input_count() const;
  int output_count() const;
  // Null if there is no such input or output. The pointer stays valid until the session ends; what it shows changes
  // with Resize (and, where sizes depend on data, with Run).
  const Tensor* Input(int index) const;
  const Tensor* Input(const char* name) const;
  const Tensor* Output(int index) const;
  const Tensor* Output(const char* name) const;

  // Gives input `index` another shape and prepares the model again; several at once with ResizeAll (one shape per
  // input). On an error the session keeps its former shapes and still runs. State tensors keep their values if their
  // shape stays, and are reset to zero if it changes.
  Status Resize(int index, const Shape& shape);
  Status ResizeAll(const Shape* shapes, int count);

  // Computes the outputs from the inputs. On an error the outputs are undefined and states are as before.
  Status Run();

  // Sets all state tensors to their initial values.
  void ResetState();

  size_t arena_bytes() const;    // of all tensors that live in the arena
  size_t scratch_bytes() const;  // of all threads, for this processor's kernels
  size_t weights_bytes() const;  // of constants, in the file

  const SessionImpl& impl() const { return *impl_; }  // for the rest of the library

 private:
  friend class SessionImpl;
  explicit Session(std::unique_ptr<SessionImpl> impl);
  std::unique_ptr<SessionImpl> impl_;
};

// The instruction set in use, such as "avx512": the best that the processor has, or what LINNET_ISA names.
// kUnsupported if LINNET_ISA names one that the processor or the build lacks.
Result<const char*> ActiveIsa();

}  // namespace linnet

#endif  // LINNET_LINNET_H_
