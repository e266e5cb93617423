#include "tests/engine/allocation_counter.h"

#include <atomic>
#include <new>

namespace {
std::atomic<size_t> allocation_count{0};
}  // namespace

namespace linnet::testing {
size_t AllocationCount() { return allocation_count.load(); }
}  // namespace linnet::testing

// __wrap_f stands for f, __real_f is the f that it was (see tests/CMakeLists.txt).
#define LINNET_COUNT_ALLOCATIONS(result, name, parameters, arguments) \
  extern "C" result __real_##name parameters;                         \
  extern "C" result __wrap_##name parameters {                        \
    ++allocation_count;                                               \
    return __real_##name arguments;                                   \
  }

LINNET_COUNT_ALLOCATIONS(void*, malloc, (size_t size), (size))
LINNET_COUNT_ALLOCATIONS(void*, calloc, (size_t count, size_t size), (count, size))
LINNET_COUNT_ALLOCATIONS(void*, realloc, (void* block, size_t size), (block, size))
LINNET_COUNT_ALLOCATIONS(void*, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
LINNET_COUNT_ALLOCATIONS(int, posix_memalign, (void** block, size_t alignment, size_t size), (block, alignment, size))
// operator new and new[], by their names in the object files: plain, std::nothrow, std::align_val_t.
LINNET_COUNT_ALLOCATIONS(void*, _Znwm, (size_t size), (size))
LINNET_COUNT_ALLOCATIONS(void*, _Znam, (size_t size), (size))
LINNET_COUNT_ALLOCATIONS(void*, _ZnwmRKSt9nothrow_t, (size_t size, const std::nothrow_t& tag), (size, tag))
LINNET_COUNT_ALLOCATIONS(void*, _ZnamRKSt9nothrow_t, (size_t size, const std::nothrow_t& tag), (size, tag))
LINNET_COUNT_ALLOCATIONS(void*, _ZnwmSt11align_val_t, (size_t size, std::align_val_t alignment), (size, alignment))
LINNET_COUNT_ALLOCATIONS(void*, _ZnamSt11align_val_t, (size_t size, std::align_val_t alignment), (size, alignment))
