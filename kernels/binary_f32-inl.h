// Body of kernels/binary_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

// One function for all patterns of the expression in x = a and y = b: the compiler takes the choice between a vector
// and a scalar out of the loop where that pays.
#define LINNET_ROWS(name, expression)                                                \
  void name(const BinaryF32Args& args) {                                             \
    const bool scalar_a = args.scalar_a, scalar_b = args.scalar_b;                   \
    const size_t n = args.n;                                                         \
    for (size_t r = 0; r < args.rows; ++r) {                                         \
      const float* a = args.a + r * args.stride_a;                                   \
      const float* b = args.b + r * args.stride_b;                                   \
      float* out = args.out + r * args.stride_out;                                   \
      const VecF32 first_a = Set(n > 0 ? a[0] : 0), first_b = Set(n > 0 ? b[0] : 0); \
      size_t i = 0;                                                                  \
      for (; i + kLanes <= n; i += kLanes) {                                         \
        const VecF32 x = scalar_a ? first_a : Load(a + i);                           \
        const VecF32 y = scalar_b ? first_b : Load(b + i);                           \
        Store(out + i, expression);                                                  \
      }                                                                              \
      if (i < n) {                                                                   \
        const VecF32 x = scalar_a ? first_a : LoadN(a + i, n - i);                   \
        const VecF32 y = scalar_b ? first_b : LoadN(b + i, n - i);                   \
        StoreN(out + i, expression, n - i);                                          \
      }                                                                              \
    }                                                                                \
  }

LINNET_ROWS(AddF32, Add(x, y))
LINNET_ROWS(SubF32, Sub(x, y))
LINNET_ROWS(MulF32, Mul(x, y))
LINNET_ROWS(DivF32, Div(x, y))
LINNET_ROWS(MinF32, Min(x, y))
LINNET_ROWS(MaxF32, Max(x, y))
LINNET_ROWS(PReluF32, Select(Lt(x, Zero()), Mul(y, x), x))

#undef LINNET_ROWS
