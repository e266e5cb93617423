// Counts what the program takes from the heap, the system's calls and C++'s: the linker leads every call in the code
// that is linked statically, the engine's among it, through the functions in allocation_counter.cc.
#ifndef LINNET_TESTS_ENGINE_ALLOCATION_COUNTER_H_
#define LINNET_TESTS_ENGINE_ALLOCATION_COUNTER_H_

#include <cstddef>

namespace linnet::testing {

// Calls so far, of all threads.
size_t AllocationCount();

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_ALLOCATION_COUNTER_H_
