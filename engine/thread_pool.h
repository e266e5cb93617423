// The pool behind linnet::ThreadPool.
#ifndef LINNET_ENGINE_THREAD_POOL_H_
#define LINNET_ENGINE_THREAD_POOL_H_

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "engine/array.h"
#include "linnet/linnet.h"

namespace linnet {

// One session at a time uses the workers, from BeginRun to EndRun. The tasks of a job are cut into a share for each
// thread, in order, so the rows that a thread wrote in one op are mostly the rows that it reads in the next. Tasks are
// claimed one by one, some at once where there are very many; a thread that has finished its share takes tasks of the
// others', so a slow core ends up with fewer.
class ThreadPool::Impl {
 public:
  static Result<std::unique_ptr<Impl>> Create(int threads);
  ~Impl();

  int threads() const { return static_cast<int>(workers_count_) + 1; }

  // Takes the pool for a run and wakes its workers, which then spin between the parallel parts of the run. False: it is
  // taken, and the caller runs alone.
  bool BeginRun();
  void EndRun();
  // REQUIRES: between BeginRun and EndRun, on the thread that called BeginRun.
  void Run(size_t count, ParallelTask task, void* context);

 private:
  // Started through pthread_create, which says so when the system has no more threads; std::thread would throw.
  struct Worker {
    Impl* pool;
    int number;
    pthread_t thread;
  };

  // Tasks [next, end); `next` passes `end` when all are claimed.
  struct alignas(64) Share {
    std::atomic<size_t> next{0};
    size_t end = 0;
  };

  Impl() = default;
  static void* Main(void* worker);
  void Work(int thread);
  // Waits for a job newer than `seen`, spinning while a run is in progress. False: the pool ends.
  bool WaitForJob(uint32_t seen, uint32_t* job);
  void ShareOut(size_t count);
  void Claim(int thread);

  std::unique_ptr<Worker[]> workers_;
  std::unique_ptr<Share[]> shares_;  // one for each thread
  size_t workers_count_ = 0;

  std::atomic<bool> taken_{false};
  std::atomic<bool> running_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<int> sleeping_{0};
  std::mutex mutex_;  // only for falling asleep and waking
  std::condition_variable wake_;

  // The job. Its fields are written before open_ is set to its number and read only by threads that have entered and
  // then found it open; the caller closes it and waits until nobody is inside. So a worker that the system has put aside
  // before it entered delays nobody.
  alignas(64) std::atomic<uint32_t> job_{0};
  std::atomic<uint32_t> open_{0};  // number of the open job, 0: none
  ParallelTask task_ = nullptr;
  void* context_ = nullptr;
  size_t at_once_ = 1;
  alignas(64) std::atomic<int> inside_{0};
};

}  // namespace linnet

#endif  // LINNET_ENGINE_THREAD_POOL_H_
