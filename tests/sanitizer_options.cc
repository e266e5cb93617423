// What the tests ask of the sanitizers: a request for more memory than there is fails, as it does without them.
extern "C" {
__attribute__((used)) const char* __asan_default_options() { return "allocator_may_return_null=1"; }
__attribute__((used)) const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}
