// Session::Run takes nothing from the heap.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "tests/engine/allocation_counter.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

TEST(Allocations, AreCounted) {
  size_t before = AllocationCount();
  void* volatile block = std::malloc(8);
  std::free(block);
  EXPECT_EQ(AllocationCount(), before + 1);
  before = AllocationCount();
  int* volatile number = new int(1);
  delete number;
  EXPECT_GT(AllocationCount(), before);  // in a static program the malloc in it counts too
  before = AllocationCount();
  const auto file = ModelBuilder().Finish();
  EXPECT_GT(AllocationCount(), before);
}

// What runs of the session take from the heap, from the first one on.
size_t AllocationsOfRuns(Session& session, int runs = 3) {
  const size_t before = AllocationCount();
  for (int i = 0; i < runs; ++i) {
    const Status status = session.Run();
    EXPECT_TRUE(status.ok()) << status.message();
  }
  return AllocationCount() - before;
}

Result<Model> Digits() { return Model::Open(LINNET_SOURCE_DIR "/format/golden/v1_digits.linnet"); }

TEST(Allocations, NoneInARunOfANetwork) {
  Result<Model> model = Digits();
  ASSERT_TRUE(model.ok()) << model.message();
  for (const int threads : {1, 2}) {
    SessionOptions options;
    options.threads = threads;
    Result<Session> session = Session::Create(*model, options);
    ASSERT_TRUE(session.ok()) << session.message();
    EXPECT_EQ(AllocationsOfRuns(*session), 0u) << threads << " threads";
  }
}

TEST(Allocations, NoneWithACallersArena) {
  Result<Model> model = Digits();
  ASSERT_TRUE(model.ok()) << model.message();
  Result<size_t> bytes = Session::RequiredArenaBytes(*model);
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  std::unique_ptr<void, void (*)(void*)> arena(std::aligned_alloc(64, (*bytes + 63) / 64 * 64), std::free);
  SessionOptions options;
  options.arena = arena.get();
  options.arena_bytes = *bytes;
  Result<Session> session = Session::Create(*model, options);
  ASSERT_TRUE(session.ok()) << session.message();
  EXPECT_EQ(AllocationsOfRuns(*session), 0u);
}

TEST(Allocations, NoneAfterResize) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", ElementType::kFloat32, {-1, 4}, /*default_size=*/3);
  const int a = builder.AddResult("a"), y = builder.AddResult("y");
  builder.AddOp(OpCode::Neg, {x}, {a});
  builder.AddOp(OpCode::Add, {a, x}, {y});
  builder.MarkOutput(y);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  Session session = NewSession(model);
  EXPECT_EQ(AllocationsOfRuns(session), 0u);
  const Status status = session.Resize(0, {200, 4});
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(AllocationsOfRuns(session), 0u);
}

// The exception that the interface names: sizes that only a run knows.
TEST(Allocations, OnlySizesThatDependOnDataTakeMemory) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", ElementType::kFloat32, {4});
  const int y = builder.AddResult("y");
  builder.AddOp(OpCode::NonZero, {x}, {y});
  builder.MarkOutput(y);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  Session session = NewSession(model);
  SetInput(session, 0, {1, 0, 2, 3});
  EXPECT_GT(AllocationsOfRuns(session, 1), 0u);
}

}  // namespace
}  // namespace linnet::testing
