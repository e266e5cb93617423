// Builds .linnet models in memory for tests: tensors, constants and ops of one graph, written exactly as the file
// format says (size-prefixed FlatBuffer, padding to 64 bytes, weight segment).
#ifndef LINNET_TESTS_ENGINE_MODEL_BUILDER_H_
#define LINNET_TESTS_ENGINE_MODEL_BUILDER_H_

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "format/schema.h"
#include "linnet/linnet.h"

namespace linnet::testing {

// A tensor's value: row-major, dense; sub-byte types packed two to a byte, low half first.
struct Value {
  ElementType type = ElementType::kUndefined;
  Shape shape;
  std::vector<uint8_t> bytes;
};

// A value of any element type from numbers: integers are converted as a C cast does, floats of 8 and 16 bits are
// rounded to the nearest even. REQUIRES: as many numbers as elements.
Value MakeValue(ElementType type, const Shape& shape, const std::vector<double>& numbers);
Value MakeInt64(const Shape& shape, const std::vector<int64_t>& numbers);
inline Value F32(const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(ElementType::kFloat32, shape, numbers);
}
inline Value I64(const Shape& shape, const std::vector<int64_t>& numbers) { return MakeInt64(shape, numbers); }
inline Value I32(const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(ElementType::kInt32, shape, numbers);
}
// A rank-1 int64 value, as axes, sizes and pads are given.
inline Value Ints(const std::vector<int64_t>& numbers) {
  return MakeInt64({static_cast<int64_t>(numbers.size())}, numbers);
}
// 0, 1, 2, ... as far as the type goes (then it wraps, or repeats from 0 for floats of 8 and 16 bits).
Value Iota(ElementType type, const Shape& shape);
// Whole multiples of 1/64 in [-4, 4) for float types, any value for integers, both for bool. The same seed gives the
// same numbers everywhere.
Value Random(ElementType type, const Shape& shape, uint32_t seed = 1);
// The numbers of a value. 64-bit integers lose their low bits.
std::vector<double> Numbers(const Value& value);

// Sizes are written as given, so that tests can write wrong ones.
class ModelBuilder {
 public:
  ModelBuilder();

  // Each returns the index of the new tensor. A negative size in `shape` is symbolic: its symbol is "d<size>", so that
  // equal numbers are the same symbol, and its default size is default_size.
  int AddInput(const char* name, ElementType type, const Shape& shape, int64_t default_size = 1);
  int AddConstant(const char* name, const Value& value);
  // A constant packed for a kernel: `bytes` as the storage order says, `value` gives type and logical shape.
  int AddPacked(const char* name, ElementType type, const Shape& shape, format::StorageOrder order, uint8_t width,
                uint32_t group, const std::vector<uint8_t>& bytes);
  // The result of an op. An undefined type and shape are left for the engine to find.
  int AddResult(const char* name, ElementType type = ElementType::kUndefined, const Shape& shape = {});

  // Appends an op. -1 among inputs or outputs: left out.
  format::OpT& AddOp(format::OpCode code, const std::vector<int>& inputs, const std::vector<int>& outputs,
                     const char* name = "node");
  template <typename Attrs>
  format::OpT& AddOp(format::OpCode code, Attrs attrs, const std::vector<int>& inputs, const std::vector<int>& outputs,
                     const char* name = "node") {
    format::OpT& op = AddOp(code, inputs, outputs, name);
    op.attrs.Set(std::move(attrs));
    return op;
  }
  void MarkOutput(int tensor);

  // For everything else that a test wants to write. Subgraph 0 is the one that the calls above build.
  format::ModelT& model() { return model_; }
  format::TensorT& tensor(int i) { return *model_.subgraphs[0]->tensors[i]; }

  // The file, 64-byte aligned as long as the returned object lives.
  class File {
   public:
    const void* data() const { return data_; }
    void* data() { return data_; }
    size_t size() const { return size_; }

   private:
    friend class ModelBuilder;
    std::unique_ptr<uint8_t[]> storage_;
    uint8_t* data_ = nullptr;
    size_t size_ = 0;
  };
  File Finish();

 private:
  int AddTensor(const char* name, ElementType type, const Shape& shape);

  format::ModelT model_;
  std::vector<uint8_t> segment_;
};

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_MODEL_BUILDER_H_
