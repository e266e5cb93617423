// How the code of a region is compiled by g++: no contraction, so that results do not depend on the compiler, and -O3, since
// it unrolls tiles only then. Sanitizers watch each access of an unrolled tile: they get what the command line says.
// Included by begin_*.h. No include guard on purpose.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#pragma GCC optimize("fp-contract=off")
#else
#pragma GCC optimize("O3", "fp-contract=off")
#endif
