// Ends the region that a begin_<isa>.h opened. No include guard: meant to be included many times.
#if defined(__clang__)
#pragma clang attribute pop
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif
