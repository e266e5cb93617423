// Copies of blocks of A and B into scratch, in the order that tiles read. Included by gemm_f32-inl.h.

namespace {

LINNET_INLINE void Copy(size_t n, const float* src, float* dst) {
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) Store(dst + i, Load(src + i));
  if (i < n) StoreN(dst + i, LoadN(src + i, n - i), n - i);
}

LINNET_INLINE void Fill(size_t n, float* dst) {
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) Store(dst + i, Zero());
  if (i < n) StoreN(dst + i, Zero(), n - i);
}

// dst[i * stride + p] = A[row + i, first_p + p], i < rows, p < count.
void PackPlainRows(const GemmF32& g, size_t row, size_t rows, size_t first_p, size_t count, float* dst, size_t stride) {
  for (size_t i = 0; i < rows; ++i) Copy(count, g.a + (row + i) * g.a_stride + first_p, dst + i * stride);
}

// One output pixel's place in the image. Coordinates may lie outside: they are computed modulo 2^64.
struct Patch {
  const float* image;
  size_t oy, ox;
};

// dst[p] = values first_p ... first_p + count of the patch. A kernel row that lies inside is one run of memory when
// the pixels are dense and not dilated.
void PackPatch(const ConvRows& conv, const Patch& patch, size_t first_p, size_t count, float* dst) {
  const size_t c = conv.channels;
  const bool runs = conv.pixel_stride == c && conv.dilation_w == 1;
  const size_t x0 = patch.ox * conv.stride_w - conv.pad_left;
  const size_t y0 = patch.oy * conv.stride_h - conv.pad_top;
  size_t tap = first_p / c, offset = first_p % c;
  size_t ky = tap / conv.kernel_w, kx = tap % conv.kernel_w;
  while (count > 0) {
    const size_t y = y0 + ky * conv.dilation_h, x = x0 + kx * conv.dilation_w;
    const size_t taps = runs && x0 < conv.in_w && x0 + conv.kernel_w <= conv.in_w ? conv.kernel_w - kx : 1;
    const size_t available = taps * c - offset;
    const size_t n = count < available ? count : available;
    if (y < conv.in_h && x < conv.in_w) {
      Copy(n, patch.image + (y * conv.in_w + x) * conv.pixel_stride + offset, dst);
    } else {
      Fill(n, dst);
    }
    dst += n;
    count -= n;
    offset = 0;
    kx += taps;
    if (kx == conv.kernel_w) kx = 0, ++ky;
  }
}

void PackPatches(const GemmF32& g, size_t row, size_t rows, size_t first_p, size_t count, float* dst, size_t stride) {
  const ConvRows& conv = *g.conv;
  const size_t pixels = conv.out_h * conv.out_w;
  const size_t image_floats = conv.in_h * conv.in_w * conv.pixel_stride;
  Patch patch = {g.a + row / pixels * image_floats, row % pixels / conv.out_w, row % conv.out_w};
  for (size_t i = 0; i < rows; ++i) {
    PackPatch(conv, patch, first_p, count, dst + i * stride);
    if (++patch.ox < conv.out_w) continue;
    patch.ox = 0;
    if (++patch.oy < conv.out_h) continue;
    patch.oy = 0;
    patch.image += image_floats;
  }
}

// Floats of the padded input row that one row of outputs sees.
LINNET_INLINE size_t ImageRowFloats(const ConvRows& conv) {
  return ((conv.out_w - 1) * conv.stride_w + conv.kernel_w) * conv.channels;
}

// The kernel_h input rows that the row of outputs from `row` on sees, with zeros where they are outside of the image.
// REQUIRES: not dilated in x.
void PackImageRows(const ConvRows& conv, const float* image, size_t row, float* dst) {
  const size_t oy = row / conv.out_w;
  const size_t c = conv.channels, in_row = conv.in_w * conv.pixel_stride;
  image += oy / conv.out_h * conv.in_h * in_row;
  const size_t width = ImageRowFloats(conv);
  const bool cuts = conv.pad_left > SIZE_MAX / 2;  // negative: the rows begin inside of the image
  const size_t left = cuts ? 0 : conv.pad_left * c, cut = cuts ? 0 - conv.pad_left : 0;
  const size_t before = left < width ? left : width;
  const size_t image_floats = cut < conv.in_w ? (conv.in_w - cut) * c : 0;
  const size_t inside = image_floats < width - before ? image_floats : width - before;
  for (size_t ky = 0; ky < conv.kernel_h; ++ky, dst += width) {
    const size_t y = oy % conv.out_h * conv.stride_h + ky * conv.dilation_h - conv.pad_top;
    if (y >= conv.in_h) {
      Fill(width, dst);
      continue;
    }
    Fill(before, dst);
    const float* row = image + y * in_row + cut * conv.pixel_stride;
    if (conv.pixel_stride == c) {
      Copy(inside, row, dst + before);
    } else {
      for (size_t i = 0; i < inside; i += c, row += conv.pixel_stride) Copy(c, row, dst + before + i);
    }
    Fill(width - before - inside, dst + before + inside);
  }
}

// --- B: dst is [columns / 16][count][16], zero padded; columns start at `column`, a multiple of 16. ---

void StageRows(const GemmF32& g, size_t column, size_t columns, size_t first_p, size_t count, float* dst) {
  const float* b = static_cast<const float*>(g.b) + first_p * g.b_stride + column;
  for (size_t j = 0; j < columns; j += kPanel, b += kPanel) {
    const size_t width = columns - j < kPanel ? columns - j : kPanel;
    for (size_t p = 0; p < count; ++p, dst += kPanel) {
      if (width < kPanel) Fill(kPanel, dst);
      Copy(width, b + p * g.b_stride, dst);
    }
  }
}

void StageTransposed(const GemmF32& g, size_t column, size_t columns, size_t first_p, size_t count, float* dst) {
  const float* b = static_cast<const float*>(g.b) + column * g.b_stride + first_p;
  for (size_t j = 0; j < columns; j += kPanel, b += kPanel * g.b_stride, dst += count * kPanel) {
    const size_t width = columns - j < kPanel ? columns - j : kPanel;
    for (size_t p = 0; p < count; ++p) {
      for (size_t i = 0; i < width; ++i) dst[p * kPanel + i] = b[i * g.b_stride + p];
      for (size_t i = width; i < kPanel; ++i) dst[p * kPanel + i] = 0;
    }
  }
}

// Panels of any width, float or float16.
void StagePanels(const GemmF32& g, size_t column, size_t columns, size_t first_p, size_t count, float* dst) {
  const size_t w = g.panel_width;
  const bool half = g.b_layout == GemmB::kPanelsF16;
  for (size_t j = 0; j < columns; j += kPanel) {
    const size_t first = ((column + j) / w * g.k + first_p) * w;
    for (size_t p = 0; p < count; ++p, dst += kPanel) {
      if (w < kPanel) Fill(kPanel, dst);
      const size_t source = first + p * w;
      for (size_t i = 0; i < w; i += kLanes) {
        const size_t lanes = w - i < kLanes ? w - i : kLanes;
        const VecF32 v = half ? LoadF16N(static_cast<const uint16_t*>(g.b) + source + i, lanes)
                              : LoadN(static_cast<const float*>(g.b) + source + i, lanes);
        Store(dst + i, v);
      }
    }
  }
}

void StageB(const GemmF32& g, size_t column, size_t columns, size_t first_p, size_t count, float* dst) {
  switch (g.b_layout) {
    case GemmB::kRows: return StageRows(g, column, columns, first_p, count, dst);
    case GemmB::kTransposed: return StageTransposed(g, column, columns, first_p, count, dst);
    default: return StagePanels(g, column, columns, first_p, count, dst);
  }
}

}  // namespace
