#include "engine/model.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdio>
#include <fstream>

#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

constexpr ElementType kF32 = ElementType::kFloat32;

ModelBuilder Small() {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {-1, 4}, /*default_size=*/3);
  const int y = builder.AddResult("y", kF32, {-1, 4});
  builder.AddOp(OpCode::Relu, {x}, {y}, "relu");
  builder.MarkOutput(y);
  return builder;
}

Status Open(const ModelBuilder::File& file) {
  return std::move(Model::FromBuffer(file.data(), file.size(), TestOps()).status());
}

std::string TemporaryPath(const char* name) { return ::testing::TempDir() + "linnet_model_test_" + name; }

void WriteFile(const std::string& path, const void* data, size_t size) {
  std::ofstream(path, std::ios::binary).write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
}

TEST(Model, ShowsInputsAndOutputs) {
  const auto file = Small().Finish();
  const Model model = OpenModel(file);
  ASSERT_EQ(model.input_count(), 1);
  ASSERT_EQ(model.output_count(), 1);
  EXPECT_STREQ(model.input(0).name, "x");
  EXPECT_EQ(model.input(0).type, kF32);
  EXPECT_EQ(model.input(0).shape, (Shape{-1, 4}));
  EXPECT_STREQ(model.output(0).name, "y");
}

TEST(Model, MapsAFile) {
  const auto file = Small().Finish();
  const std::string path = TemporaryPath("good.linnet");
  WriteFile(path, file.data(), file.size());
  Result<Model> opened = Model::Open(path.c_str(), TestOps());
  ASSERT_TRUE(opened.ok()) << opened.message();
  const Model model = std::move(*opened);  // the mapping moves along
  Session session = NewSession(model);
  SetInput(session, 0, std::vector<float>(12, -1));
  MustRun(session);
  EXPECT_EQ(GetOutput(session, 0), std::vector<float>(12, 0));
  std::remove(path.c_str());
}

TEST(Model, ErrorsNameTheFile) {
  const std::string path = TemporaryPath("bad.linnet");
  ExpectError(Model::Open(path.c_str(), TestOps()).status(), StatusCode::kNotFound, path.c_str());
  WriteFile(path, "not a model, but longer than a header", 37);
  ExpectError(Model::Open(path.c_str(), TestOps()).status(), StatusCode::kInvalidModel, path.c_str());
  WriteFile(path, "", 0);
  ExpectError(Model::Open(path.c_str(), TestOps()).status(), StatusCode::kInvalidModel, "(0 bytes)");
  std::remove(path.c_str());
}

TEST(Model, WrongIdentifier) {
  auto file = Small().Finish();
  static_cast<char*>(file.data())[8] = 'X';
  ExpectError(Open(file), StatusCode::kInvalidModel, "identifier is not LNNT");
}

TEST(Model, LengthPrefix) {
  auto file = Small().Finish();
  uint32_t prefix;
  std::memcpy(&prefix, file.data(), sizeof(prefix));
  for (uint32_t wrong : {0u, 1u, 8u, prefix - 8, prefix + 1000, 0x7fffffffu, 0x80000000u, ~0u}) {
    std::memcpy(file.data(), &wrong, sizeof(wrong));
    EXPECT_EQ(Open(file).code(), StatusCode::kInvalidModel) << wrong;
  }
}

// A first part of 2 GiB and more is beyond FlatBuffers: refused before its verifier is asked.
TEST(Model, LengthPrefixOfAHugeFile) {
  constexpr size_t kBytes = (size_t{1} << 31) + 4096;
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) GTEST_SKIP() << "no address space";
  for (uint32_t prefix : {0x7fffffffu, 0x80000000u, 0x80000ffcu}) {
    std::memcpy(memory, &prefix, sizeof(prefix));
    std::memcpy(static_cast<char*>(memory) + 8, "LNNT", 4);
    ExpectError(Model::FromBuffer(memory, kBytes, TestOps()).status(), StatusCode::kInvalidModel, "too long");
  }
  munmap(memory, kBytes);
}

TEST(Model, NullAndTinyBuffers) {
  EXPECT_EQ(Model::FromBuffer(nullptr, 0, TestOps()).status().code(), StatusCode::kInvalidModel);
  EXPECT_EQ(Model::FromBuffer(nullptr, 100, TestOps()).status().code(), StatusCode::kInvalidModel);
  const uint64_t zeros[2] = {};
  for (size_t size = 0; size <= sizeof(zeros); ++size) {
    EXPECT_EQ(Model::FromBuffer(zeros, size, TestOps()).status().code(), StatusCode::kInvalidModel) << size;
  }
}

TEST(Model, NewerFormat) {
  ModelBuilder builder = Small();
  builder.model().format_version = 2;
  builder.model().minimum_engine = "7.5.0";
  ExpectError(Open(builder.Finish()), StatusCode::kUnsupported, "it needs engine 7.5.0");
}

TEST(Model, NewerOp) {
  ModelBuilder builder = Small();
  builder.model().subgraphs[0]->ops[0]->version = 3;
  builder.model().minimum_engine = "7.5.0";
  ExpectError(Open(builder.Finish()), StatusCode::kUnsupported, "node 'relu': Relu version 3, but engine");
  builder.model().subgraphs[0]->ops[0]->version = 2;
  EXPECT_TRUE(Open(builder.Finish()).ok());
}

TEST(Model, OpThatTheProgramLacks) {
  ModelBuilder builder = Small();
  builder.model().subgraphs[0]->ops[0]->code = OpCode::Einsum;
  ExpectError(Open(builder.Finish()), StatusCode::kUnsupported, "node 'relu': op Einsum (code 160)");
  builder.model().subgraphs[0]->ops[0]->code = static_cast<OpCode>(9);  // a gap
  ExpectError(Open(builder.Finish()), StatusCode::kUnsupported, "(code 9)");
  builder.model().subgraphs[0]->ops[0]->code = static_cast<OpCode>(65535);
  ExpectError(Open(builder.Finish()), StatusCode::kUnsupported, "(code 65535)");
  const auto file = Small().Finish();
  ExpectError(Model::FromBuffer(file.data(), file.size(), OpList()).status(), StatusCode::kUnsupported, "Relu");
}

TEST(Model, AttributesOfAnotherOp) {
  ModelBuilder builder = Small();
  builder.model().subgraphs[0]->ops[0]->attrs.Set(format::SplitT());
  ExpectError(Open(builder.Finish()), StatusCode::kInvalidModel, "its attributes are missing or another op's");
  builder.model().subgraphs[0]->ops[0]->code = OpCode::Concat;  // wants Axis
  ExpectError(Open(builder.Finish()), StatusCode::kInvalidModel, "its attributes are missing or another op's");
  builder.model().subgraphs[0]->ops[0]->attrs.Reset();
  ExpectError(Open(builder.Finish()), StatusCode::kInvalidModel, "its attributes are missing or another op's");
}

// An asset inside a package may be aligned to 4 bytes only.
TEST(Model, Alignment) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {6});
  const int w = builder.AddConstant("w", F32({3, 2}, {1, 2, 3, 4, 5, 6}));
  const int reshaped = builder.AddResult("reshaped"), y = builder.AddResult("y"), sizes = builder.AddResult("sizes");
  builder.AddOp(OpCode::Identity, {builder.AddConstant("constant sizes", Ints({3, 2}))}, {sizes});
  builder.AddOp(OpCode::Reshape, format::ReshapeT(), {x, sizes}, {reshaped});
  builder.AddOp(OpCode::Add, {reshaped, w}, {y});
  builder.MarkOutput(y);
  builder.MarkOutput(sizes);
  const auto file = builder.Finish();
  std::vector<uint64_t> storage(file.size() / 8 + 2);
  for (size_t shift = 0; shift < 8; ++shift) {
    void* data = reinterpret_cast<char*>(storage.data()) + shift;
    std::memcpy(data, file.data(), file.size());
    Result<Model> model = Model::FromBuffer(data, file.size(), TestOps());
    if (shift % 4 != 0) {
      ExpectError(model.status(), StatusCode::kInvalidArgument, "multiple of 4");
      continue;
    }
    ASSERT_TRUE(model.ok()) << model.message();
    Session session = NewSession(*model);
    SetInput(session, 0, {10, 10, 10, 10, 10, 10});
    MustRun(session);
    EXPECT_EQ(GetOutput(session, 0), (std::vector<float>{11, 12, 13, 14, 15, 16}));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(session.Output(1)->raw_data()) % 8, 0u);
    EXPECT_EQ(session.Output(1)->data<int64_t>()[1], 2);
  }
}

TEST(Model, PartsOfTheCaller) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {2});
  const int w = builder.AddConstant("w", F32({2}, {0, 0}));
  const int y = builder.AddResult("y");
  builder.AddOp(OpCode::Add, {x, w}, {y});
  builder.MarkOutput(y);
  builder.tensor(w).offset = 1;
  const auto file = builder.Finish();
  const float unused = 0, values[] = {5, 7};
  const void* constants[] = {&unused, values};
  Result<Model> model = ModelImpl::FromParts(file.data(), file.size() - 8, constants, 2, TestOps());
  ASSERT_TRUE(model.ok()) << model.message();
  Session session = NewSession(*model);
  SetInput(session, 0, {1, 1});
  MustRun(session);
  EXPECT_EQ(GetOutput(session, 0), (std::vector<float>{6, 8}));
  ExpectError(ModelImpl::FromParts(file.data(), file.size() - 8, constants, 1, TestOps()).status(), StatusCode::kInvalidModel,
              "no such constant");
}

TEST(Model, DefaultSizes) {
  ModelBuilder builder = Small();
  const auto size = [&](ModelBuilder& changed) {
    const auto file = changed.Finish();
    const Model model = OpenModel(file);
    return DefaultSize(model.impl().root(), *model.impl().main().tensors()->Get(0), 0);
  };
  EXPECT_EQ(size(builder), 3);
  builder.model().default_dims = {-5};
  EXPECT_EQ(size(builder), 0);
  builder.model().default_dims = {};
  EXPECT_EQ(size(builder), 1);
  builder.model().default_dims = {7};
  builder.tensor(0).symbols = {};
  EXPECT_EQ(size(builder), 1);
  builder.tensor(0).symbols = {"another"};
  EXPECT_EQ(size(builder), 1);
}

}  // namespace
}  // namespace linnet::testing
