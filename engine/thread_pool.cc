#include "engine/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/flush_denormals.h"

namespace linnet {
namespace {

constexpr int kMaxThreads = 256;
// A worker that has seen no job for this many polls falls asleep although a run is in progress: about 50 to 200
// microseconds, longer than any serial op of a network that is worth running on several threads.
constexpr int kSpinPolls = 20000;
// Waiting for a worker that the system has put aside: after this many polls the waiting thread yields.
constexpr int kPollsBeforeYield = 2000;
// A claim costs about as much as a small row of an elementwise op.
constexpr size_t kClaimsPerThread = 16;

inline void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

Result<std::unique_ptr<ThreadPool::Impl>> ThreadPool::Impl::Create(int threads) {
  if (threads < 1 || threads > kMaxThreads) {
    return Status::Error(StatusCode::kInvalidArgument, "%d threads: expected 1 to %d", threads, kMaxThreads);
  }
  std::unique_ptr<Impl> pool(new (std::nothrow) Impl);
  if (pool == nullptr) return Status::Error(StatusCode::kOutOfMemory, "no memory for the thread pool");
#if LINNET_THREADS
  const auto workers = static_cast<size_t>(threads - 1);
  pool->workers_.reset(new (std::nothrow) Worker[workers]);
  pool->shares_.reset(new (std::nothrow) Share[workers + 1]);
  if (pool->workers_ == nullptr || pool->shares_ == nullptr) return Status::Error(StatusCode::kOutOfMemory, "no memory for the thread pool");
  for (size_t i = 0; i < workers; ++i) {
    Worker& worker = pool->workers_[i];
    worker.pool = pool.get();
    worker.number = static_cast<int>(i) + 1;
    const int error = pthread_create(&worker.thread, nullptr, Main, &worker);
    if (error != 0) {
      return Status::Error(StatusCode::kOutOfMemory, "cannot start thread %zu of %zu: %s", i + 1, workers,
                           std::strerror(error));
    }
    ++pool->workers_count_;
  }
#endif
  return pool;
}

ThreadPool::Impl::~Impl() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_.store(true);
  }
  wake_.notify_all();
  for (size_t i = 0; i < workers_count_; ++i) pthread_join(workers_[i].thread, nullptr);
}

bool ThreadPool::Impl::BeginRun() {
  if (workers_count_ == 0 || taken_.exchange(true, std::memory_order_acquire)) return false;
  running_.store(true);
  if (sleeping_.load() > 0) {
    { std::lock_guard<std::mutex> lock(mutex_); }
    wake_.notify_all();
  }
  return true;
}

void ThreadPool::Impl::EndRun() {
  running_.store(false);
  taken_.store(false, std::memory_order_release);
}

void ThreadPool::Impl::Claim(int thread) {
  const auto threads = static_cast<size_t>(this->threads());
  size_t owner = static_cast<size_t>(thread);
  for (size_t visited = 0; visited < threads; ++visited) {
    Share& share = shares_[owner];
    for (size_t first = share.next.fetch_add(at_once_, std::memory_order_relaxed); first < share.end;
         first = share.next.fetch_add(at_once_, std::memory_order_relaxed)) {
      const size_t end = std::min(first + at_once_, share.end);
      for (size_t i = first; i < end; ++i) task_(context_, i, thread);
    }
    owner = owner + 1 == threads ? 0 : owner + 1;
  }
}

void ThreadPool::Impl::ShareOut(size_t count) {
  const auto threads = static_cast<size_t>(this->threads());
  at_once_ = std::max<size_t>(count / (threads * kClaimsPerThread), 1);
  const size_t each = count / threads, more = count % threads;
  size_t first = 0;
  for (size_t i = 0; i < threads; ++i) {
    shares_[i].next.store(first, std::memory_order_relaxed);
    first += each + (i < more ? 1 : 0);
    shares_[i].end = first;
  }
}

void ThreadPool::Impl::Run(size_t count, ParallelTask task, void* context) {
  task_ = task;
  context_ = context;
  ShareOut(count);
  uint32_t number = job_.load(std::memory_order_relaxed) + 1;
  if (number == 0) number = 1;  // 0 means closed
  open_.store(number);
  job_.store(number);
  if (sleeping_.load() > 0) {
    { std::lock_guard<std::mutex> lock(mutex_); }
    wake_.notify_all();
  }
  Claim(0);
  open_.store(0);
  for (int polls = 0; inside_.load() != 0; ++polls) {
    if (polls < kPollsBeforeYield) {
      Pause();
    } else {
      sched_yield();
    }
  }
}

bool ThreadPool::Impl::WaitForJob(uint32_t seen, uint32_t* job) {
  for (int polls = 0;; ++polls) {
    *job = job_.load(std::memory_order_acquire);
    if (*job != seen) return true;
    if (stopping_.load(std::memory_order_relaxed)) return false;
    if (running_.load(std::memory_order_relaxed) && polls < kSpinPolls) {
      Pause();
      continue;
    }
    std::unique_lock<std::mutex> lock(mutex_);
    const bool was_running = running_.load();
    sleeping_.fetch_add(1);
    wake_.wait(lock, [&] {
      return job_.load() != seen || stopping_.load() || (!was_running && running_.load());
    });
    sleeping_.fetch_sub(1);
    polls = 0;
  }
}

void* ThreadPool::Impl::Main(void* worker) {
  const auto* self = static_cast<const Worker*>(worker);
  self->pool->Work(self->number);
  return nullptr;
}

void ThreadPool::Impl::Work(int thread) {
  ScopedFlushDenormals flush;
  uint32_t job = 0;
  while (WaitForJob(job, &job)) {
    inside_.fetch_add(1);
    if (open_.load() == job) Claim(thread);
    inside_.fetch_sub(1);
  }
}

Result<ThreadPool> ThreadPool::Create(int threads) {
  Result<std::unique_ptr<Impl>> impl = Impl::Create(threads);
  if (!impl.ok()) return std::move(impl.status());
  return ThreadPool(std::move(*impl));
}

ThreadPool::ThreadPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ThreadPool::ThreadPool(ThreadPool&&) noexcept = default;
ThreadPool::~ThreadPool() = default;
int ThreadPool::threads() const { return impl_->threads(); }

}  // namespace linnet
