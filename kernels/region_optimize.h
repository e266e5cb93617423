// How the code of a region is compiled by g++: no contraction, so that results do not depend on the compiler, and -O3, since
// it unrolls tiles only then. Sanitizers watch each access of an unrolled tile: they get what the command line says. Builds
// for size (LINNET_SMALL) get -O2, and -Os where hardly a processor is left that needs the variant (LINNET_RARE_VARIANT).
// Included by begin_*.h. No include guard on purpose.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#pragma GCC optimize("fp-contract=off")
#elif defined(LINNET_SMALL) && defined(LINNET_RARE_VARIANT)
#pragma GCC optimize("Os", "fp-contract=off")
#elif defined(LINNET_SMALL)
#pragma GCC optimize("O2", "fp-contract=off")
#else
#pragma GCC optimize("O3", "fp-contract=off")
#endif
#undef LINNET_RARE_VARIANT
