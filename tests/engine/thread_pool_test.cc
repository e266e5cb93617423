#include "engine/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace linnet {
namespace {

// What one job did.
struct Job {
  explicit Job(size_t count, int threads) : runs(count), busy(static_cast<size_t>(threads)) {}
  std::vector<std::atomic<int>> runs;    // of each index
  std::vector<std::atomic<bool>> busy;   // each thread number
  std::atomic<bool> wrong{false};        // a number that is too large, or used by two threads at once
};

void Count(void* context, size_t index, int thread) {
  Job& job = *static_cast<Job*>(context);
  if (thread < 0 || static_cast<size_t>(thread) >= job.busy.size() || index >= job.runs.size()) {
    job.wrong = true;
    return;
  }
  if (job.busy[static_cast<size_t>(thread)].exchange(true)) job.wrong = true;
  ++job.runs[index];
  job.busy[static_cast<size_t>(thread)] = false;
}

void ExpectEachOnce(const Job& job) {
  EXPECT_FALSE(job.wrong);
  for (size_t i = 0; i < job.runs.size(); ++i) EXPECT_EQ(job.runs[i], 1) << "index " << i;
}

std::unique_ptr<ThreadPool::Impl> Pool(int threads) {
  Result<std::unique_ptr<ThreadPool::Impl>> pool = ThreadPool::Impl::Create(threads);
  EXPECT_TRUE(pool.ok()) << pool.message();
  return std::move(*pool);
}

TEST(ThreadPool, RunsEveryIndexOnce) {
  for (int threads : {2, 3, 5}) {
    const auto pool = Pool(threads);
    EXPECT_EQ(pool->threads(), threads);
    ASSERT_TRUE(pool->BeginRun());
    for (size_t count : {0, 1, 2, 7, 100}) {
      Job job(count, threads);
      pool->Run(count, Count, &job);
      ExpectEachOnce(job);
    }
    pool->EndRun();
  }
}

// Many short jobs one after the other: a worker that comes late must find neither the former job nor half of a new one.
TEST(ThreadPool, JobsDoNotMix) {
  const auto pool = Pool(4);
  for (int run = 0; run < 20; ++run) {
    ASSERT_TRUE(pool->BeginRun());
    for (int i = 0; i < 50; ++i) {
      Job job(static_cast<size_t>(1 + i % 9), 4);
      pool->Run(job.runs.size(), Count, &job);
      ExpectEachOnce(job);
    }
    pool->EndRun();
  }
}

TEST(ThreadPool, WakesWorkersThatFellAsleep) {
  const auto pool = Pool(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_TRUE(pool->BeginRun());
  // Two tasks that wait for each other end only if both threads work.
  std::atomic<int> arrived{0};
  pool->Run(
      2,
      [](void* context, size_t, int) {
        auto& count = *static_cast<std::atomic<int>*>(context);
        ++count;
        while (count < 2) std::this_thread::yield();
      },
      &arrived);
  pool->EndRun();
  EXPECT_EQ(arrived, 2);
}

TEST(ThreadPool, IsTakenByOneRunAtATime) {
  const auto pool = Pool(2);
  ASSERT_TRUE(pool->BeginRun());
  EXPECT_FALSE(pool->BeginRun());
  pool->EndRun();
  EXPECT_TRUE(pool->BeginRun());
  pool->EndRun();
}

TEST(ThreadPool, OneThreadHasNoWorkersToTake) {
  const auto pool = Pool(1);
  EXPECT_EQ(pool->threads(), 1);
  EXPECT_FALSE(pool->BeginRun());
}

TEST(ThreadPool, EndsWhileWorkersSpin) {
  for (int i = 0; i < 10; ++i) {
    const auto pool = Pool(3);
    ASSERT_TRUE(pool->BeginRun());
  }
}

TEST(ThreadPool, NumbersOfThreads) {
  for (int threads : {0, -1, 257, INT32_MAX}) {
    Result<ThreadPool> pool = ThreadPool::Create(threads);
    ASSERT_FALSE(pool.ok());
    EXPECT_EQ(pool.status().code(), StatusCode::kInvalidArgument);
  }
  Result<ThreadPool> pool = ThreadPool::Create(2);
  ASSERT_TRUE(pool.ok()) << pool.message();
  EXPECT_EQ(pool->threads(), 2);
}

}  // namespace
}  // namespace linnet
