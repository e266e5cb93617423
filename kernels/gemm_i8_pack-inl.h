// Blocks of A and B in the forms that tiles read. Included by gemm_i8-inl.h.

namespace {

constexpr size_t kPanel = 16;  // columns

// Runs of patches are too short for a call of memcpy: words that overlap at the end.
template <typename Word>
LINNET_INLINE void CopyWords(size_t n, const int8_t* src, int8_t* dst) {
  Word word;
  for (size_t i = 0; i + sizeof(Word) < n; i += sizeof(Word)) {
    std::memcpy(&word, src + i, sizeof(word));
    std::memcpy(dst + i, &word, sizeof(word));
  }
  std::memcpy(&word, src + n - sizeof(word), sizeof(word));
  std::memcpy(dst + n - sizeof(word), &word, sizeof(word));
}

LINNET_INLINE void CopyBytes(size_t n, const int8_t* src, int8_t* dst) {
  if (n >= 64) {
    std::memcpy(dst, src, n);
  } else if (n >= 8) {
    CopyWords<uint64_t>(n, src, dst);
  } else if (n >= 4) {
    CopyWords<uint32_t>(n, src, dst);
  } else {
    for (size_t i = 0; i < n; ++i) dst[i] = src[i];
  }
}

// Bytes of a packed row of A. Long rows a multiple of a cache's way apart would evict one another; short ones lie side by
// side, so that a block of dense rows is packed as one.
LINNET_INLINE size_t PackedStride(size_t k) {
  const size_t bytes = (k + kGroup - 1) / kGroup * kGroupBytes;
  return kRowsTogether == 1 && bytes > 0 && bytes < 512 ? bytes : bytes + 64;
}

LINNET_INLINE int32_t SumOf(size_t n, const int8_t* src, uint8_t flip) {
  int32_t sum = 0;  // of so many values that nothing wraps around
  for (size_t i = 0; i < n; ++i) sum += static_cast<int8_t>(static_cast<uint8_t>(src[i]) ^ flip);
  return sum;
}

// The place of row i of a block that begins at `packed`.
LINNET_INLINE uint8_t* PackedRow(uint8_t* packed, size_t i, size_t stride) {
  return packed + i / kRowsTogether * kRowsTogether * stride + i % kRowsTogether * kGroupBytes;
}

LINNET_INLINE bool WantsRowSums(const GemmI8& g) { return g.b_zero_points != nullptr || g.b_zero_point != 0; }

// A block of packed rows of A, with their sums where they are wanted.
struct PackedA {
  uint8_t* rows;
  size_t stride;
  int32_t* sums;  // or null
  int8_t* patch;  // k bytes and up to 15 more, of one patch whose runs are not whole groups
  size_t runs, run;  // as in DotTile
  size_t line_bytes;  // from one line of a block to the next
};

void PackPlainRows(const GemmI8& g, size_t row, size_t rows, const PackedA& to) {
  const bool dense = g.a_stride == g.k && g.k % kGroup == 0 && to.stride == g.k / kGroup * kGroupBytes;
  if (dense && kRowsTogether == 1 && to.sums == nullptr) {
    return PackGroups(rows * g.k, g.a + row * g.a_stride, g.a_flip, to.rows);
  }
  for (size_t i = 0; i < rows; ++i) {
    const int8_t* a = g.a + (row + i) * g.a_stride;
    PackGroups(g.k, a, g.a_flip, PackedRow(to.rows, i, to.stride));
    if (to.sums != nullptr) to.sums[i] = SumOf(g.k, a, g.a_flip);
  }
}

// One output pixel's place in the image. Coordinates may lie outside: they are computed modulo 2^64.
struct Patch {
  const int8_t* image;
  size_t oy, ox;
};

// dst = the patch. A kernel row that lies inside is one run of memory when the pixels are dense and not dilated.
void GatherPatch(const ConvRows& conv, const Patch& patch, int8_t pad, int8_t* dst) {
  const size_t c = conv.channels;
  const bool runs = conv.pixel_stride == c && conv.dilation_w == 1;
  const size_t x0 = patch.ox * conv.stride_w - conv.pad_left;
  const size_t y0 = patch.oy * conv.stride_h - conv.pad_top;
  const bool inside = runs && x0 < conv.in_w && x0 + conv.kernel_w <= conv.in_w;
  const size_t taps = inside ? conv.kernel_w : 1;
  for (size_t ky = 0; ky < conv.kernel_h; ++ky) {
    const size_t y = y0 + ky * conv.dilation_h;
    for (size_t kx = 0; kx < conv.kernel_w; kx += taps, dst += taps * c) {
      const size_t x = x0 + kx * conv.dilation_w;
      if (y < conv.in_h && x < conv.in_w) {
        CopyBytes(taps * c, patch.image + (y * conv.in_w + x) * conv.pixel_stride, dst);
      } else {
        std::memset(dst, pad, taps * c);
      }
    }
  }
}

// The same, run by run into packed groups. REQUIRES: channels are whole groups. `padding`: channels bytes of a_pad.
void PackPatch(const ConvRows& conv, const Patch& patch, const int8_t* padding, uint8_t flip, uint8_t* dst) {
  const size_t c = conv.channels, tap_bytes = c / kGroup * kGroupBytes * kRowsTogether;
  const bool runs = conv.pixel_stride == c && conv.dilation_w == 1;
  const size_t x0 = patch.ox * conv.stride_w - conv.pad_left;
  const size_t y0 = patch.oy * conv.stride_h - conv.pad_top;
  const bool inside = runs && x0 < conv.in_w && x0 + conv.kernel_w <= conv.in_w;
  const size_t taps = inside ? conv.kernel_w : 1;
  for (size_t ky = 0; ky < conv.kernel_h; ++ky) {
    const size_t y = y0 + ky * conv.dilation_h;
    for (size_t kx = 0; kx < conv.kernel_w; kx += taps, dst += taps * tap_bytes) {
      const size_t x = x0 + kx * conv.dilation_w;
      if (y < conv.in_h && x < conv.in_w) {
        PackGroups(taps * c, patch.image + (y * conv.in_w + x) * conv.pixel_stride, flip, dst);
      } else {
        for (size_t t = 0; t < taps; ++t) PackGroups(c, padding, flip, dst + t * tap_bytes);
      }
    }
  }
}

// Patches of whole groups of channels need no copy in between.
LINNET_INLINE bool PacksRuns(const GemmI8& g) { return g.conv->channels % kGroup == 0 && !WantsRowSums(g); }

void PackPatches(const GemmI8& g, size_t row, size_t rows, const PackedA& to) {
  const ConvRows& conv = *g.conv;
  const size_t pixels = conv.out_h * conv.out_w;
  const size_t image_bytes = conv.in_h * conv.in_w * conv.pixel_stride;
  const bool direct = PacksRuns(g);
  if (direct) std::memset(to.patch, g.a_pad, conv.channels);
  Patch patch = {g.a + row / pixels * image_bytes, row % pixels / conv.out_w, row % conv.out_w};
  for (size_t i = 0; i < rows; ++i) {
    if (direct) {
      PackPatch(conv, patch, to.patch, g.a_flip, PackedRow(to.rows, i, to.stride));
    } else {
      GatherPatch(conv, patch, g.a_pad, to.patch);
      // What lies behind k meets zeros of B.
      PackGroups((g.k + 15) / 16 * 16, to.patch, g.a_flip, PackedRow(to.rows, i, to.stride));
      if (to.sums != nullptr) to.sums[i] = SumOf(g.k, to.patch, g.a_flip);
    }
    if (++patch.ox < conv.out_w) continue;
    patch.ox = 0;
    if (++patch.oy < conv.out_h) continue;
    patch.oy = 0;
    patch.image += image_bytes;
  }
}

// --- Images of few channels, read as they lie: a row of A begins anywhere in the padded input rows that a row of outputs sees, and
// has one run for each kernel row. Runs are whole groups; what is behind the kernel's last column meets zeros of B. ---

LINNET_INLINE size_t RunGroups(const ConvRows& conv) { return (conv.kernel_w * conv.channels + kGroup - 1) / kGroup; }

// Bytes of the padded input row that one row of outputs sees, and from one of them to the next.
LINNET_INLINE size_t ImageRowBytes(const ConvRows& conv) {
  return ((conv.out_w - 1) * conv.stride_w + conv.kernel_w) * conv.channels;
}
LINNET_INLINE size_t ImageRowStride(const ConvRows& conv) { return (ImageRowBytes(conv) + kGroup + 63) / 64 * 64; }

// Image rows that `lines` rows of outputs see.
LINNET_INLINE size_t ImageRows(const ConvRows& conv, size_t lines) {
  return (lines - 1) * conv.stride_h + conv.kernel_h;
}

// n bytes of padding, and up to three more.
LINNET_INLINE void PackPadding(size_t n, const int8_t (&padding)[64], uint8_t flip, uint8_t* dst) {
  for (size_t i = 0; i < n; i += 64) PackGroups(n - i < 64 ? n - i : 64, padding, flip, dst + i);
}

// The image rows that `lines` rows of outputs see, of which the first begins with row `row` of A.
void PackImageRows(const GemmI8& g, size_t row, size_t lines, const PackedA& to) {
  const ConvRows& conv = *g.conv;
  const size_t oy = row / conv.out_w, c = conv.channels, in_row = conv.in_w * conv.pixel_stride;
  const int8_t* image = g.a + oy / conv.out_h * conv.in_h * in_row;
  int8_t padding[64];
  std::memset(padding, g.a_pad, sizeof(padding));
  const size_t width = ImageRowBytes(conv);
  const bool cuts = conv.pad_left > SIZE_MAX / 2;  // negative: the rows begin inside of the image
  const size_t left = cuts ? 0 : conv.pad_left * c, cut = cuts ? 0 - conv.pad_left : 0;
  const size_t before = left < width ? left : width;
  const size_t image_bytes = cut < conv.in_w ? (conv.in_w - cut) * c : 0;
  const size_t inside = image_bytes < width - before ? image_bytes : width - before;
  const size_t first = oy % conv.out_h * conv.stride_h - conv.pad_top, rows = ImageRows(conv, lines);
  for (size_t i = 0; i < rows; ++i) {
    uint8_t* dst = to.rows + i * ImageRowStride(conv);
    const size_t y = first + i;
    if (y >= conv.in_h) {
      PackPadding(width, padding, g.a_flip, dst);
      continue;
    }
    PackPadding(before, padding, g.a_flip, dst);
    const int8_t* pixels = image + y * in_row + cut * conv.pixel_stride;
    if (conv.pixel_stride == c) {
      PackGroups(inside, pixels, g.a_flip, dst + before);
    } else {
      for (size_t x = 0; x < inside; x += c, pixels += conv.pixel_stride) PackGroups(c, pixels, g.a_flip, dst + before + x);
    }
    PackPadding(width - before - inside, padding, g.a_flip, dst + before + inside);
  }
}

// The columns [column, column + columns) of B's panels, each kernel row filled up with zeros to whole groups.
void StageRuns(const GemmI8& g, size_t column, size_t columns, int8_t* dst) {
  const size_t run = g.conv->kernel_w * g.conv->channels, groups = RunGroups(*g.conv);
  const size_t panel = (g.k + 3) / 4 * 4 * kPanel;
  std::memset(dst, 0, (columns + kPanel - 1) / kPanel * g.conv->kernel_h * groups * 4 * kPanel);
  for (size_t j = 0; j < columns; j += kPanel) {
    const int8_t* b = g.b + (column + j) / kPanel * panel;
    for (size_t p = 0; p < g.k; ++p) {
      const size_t q = p / run * groups * 4 + p % run;  // p's place with whole groups
      for (size_t i = 0; i < kPanel; ++i) dst[(q / 4 * kPanel + i) * 4 + q % 4] = b[(p / 4 * kPanel + i) * 4 + p % 4];
    }
    dst += g.conv->kernel_h * groups * 4 * kPanel;
  }
}

// --- B: dst is [columns / 16][groups of 4][16][4], zero padded; sums per column. ---

// Rows p to p + 3 of 16 columns, of which `width` exist, and `count` rows.
LINNET_INLINE void StageRowsGroup(const int8_t* b, size_t stride, size_t width, size_t count, uint8_t flip, int8_t* dst,
                                  int32_t* sums) {
  int8_t rows[4][kPanel] = {};
  for (size_t q = 0; q < count; ++q) {
    CopyBytes(width, b + q * stride, rows[q]);
    for (size_t i = 0; i < width; ++i) rows[q][i] = static_cast<int8_t>(static_cast<uint8_t>(rows[q][i]) ^ flip);
  }
  for (size_t i = 0; i < kPanel; ++i) {
    for (size_t q = 0; q < 4; ++q) dst[i * 4 + q] = rows[q][i];
    sums[i] += rows[0][i] + rows[1][i] + rows[2][i] + rows[3][i];
  }
}

// One column of a panel, of k values that lie side by side.
LINNET_INLINE void StageColumn(size_t k, const int8_t* b, uint8_t flip, int8_t* dst, int32_t* sum) {
  const uint32_t turned = flip * 0x01010101u;
  size_t p = 0;
  for (; p + 4 <= k; p += 4, dst += kPanel * 4) {
    uint32_t four;
    std::memcpy(&four, b + p, 4);
    four ^= turned;
    std::memcpy(dst, &four, 4);
  }
  for (; p < k; ++p, ++dst) *dst = static_cast<int8_t>(static_cast<uint8_t>(b[p]) ^ flip);
  *sum = SumOf(k, b, flip);
}

// B of an activation: the columns [column, column + columns), and their sums.
void StageB(const GemmI8& g, size_t column, size_t columns, int8_t* dst, int32_t* sums) {
  const size_t groups = (g.k + 3) / 4;
  for (size_t j = 0; j < columns; j += kPanel, dst += groups * kPanel * 4) {
    const size_t width = columns - j < kPanel ? columns - j : kPanel;
    for (size_t i = 0; i < kPanel; ++i) sums[j + i] = 0;
    if (g.b_layout == GemmI8B::kRows) {
      for (size_t p = 0; p < g.k; p += 4) {
        StageRowsGroup(g.b + p * g.b_stride + column + j, g.b_stride, width, g.k - p < 4 ? g.k - p : 4, g.b_flip,
                       dst + p * kPanel, sums + j);
      }
      continue;
    }
    if (width < kPanel || g.k % 4 != 0) std::memset(dst, 0, groups * kPanel * 4);
    for (size_t i = 0; i < width; ++i) {
      StageColumn(g.k, g.b + (column + j + i) * g.b_stride, g.b_flip, dst + i * 4, sums + j + i);
    }
  }
}

// Panels narrower than 16; there is one of them.
void StageNarrowPanel(const GemmI8& g, int8_t* dst) {
  const size_t bytes = g.panel_width * 4;
  for (size_t p = 0; p < g.k; p += 4, dst += kPanel * 4) {
    CopyBytes(bytes, g.b + p / 4 * bytes, dst);
    std::memset(dst + bytes, 0, kPanel * 4 - bytes);
  }
}

}  // namespace
