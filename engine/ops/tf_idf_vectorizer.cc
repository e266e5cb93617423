// TfIdfVectorizer: counts n-grams. x [c] or [n, c] of int32 or int64; output float32 [m] or [n, m], m being the largest
// of ngram_indexes plus 1. The pool holds the n-grams of each length one after the other, those of length k from
// ngram_counts[k - 1] on. Elements of an n-gram may lie 1 to max_skip_count + 1 apart, all at the same distance. The
// count goes to the n-gram's entry of ngram_indexes; mode TF: as it is; IDF: 1 times its weight where it is not 0;
// TFIDF: times its weight.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

enum Mode { kTf = 0, kIdf = 1, kTfIdf = 2 };

size_t SizeOf(const flatbuffers::Vector<int64_t>* list) { return list == nullptr ? 0 : list->size(); }

int64_t At(const flatbuffers::Vector<int64_t>* list, int64_t i) {
  return list->Get(static_cast<flatbuffers::uoffset_t>(i));
}

// N-grams of one length.
struct Grams {
  int64_t length;
  int64_t first;  // in the pool
  int64_t count;
  int64_t index;  // of the first in ngram_indexes and weights
};

int64_t LastLength(const format::TfIdf& attrs) {
  const int64_t lengths = static_cast<int64_t>(SizeOf(attrs.ngram_counts()));
  return attrs.max_gram_length() < lengths ? attrs.max_gram_length() : lengths;
}

// Those of `length`, which the attributes have room for (see CheckPool).
Grams GramsOf(const format::TfIdf& attrs, int64_t length) {
  const int64_t lengths = static_cast<int64_t>(SizeOf(attrs.ngram_counts()));
  Grams grams = {0, 0, 0, 0};
  for (int64_t k = 1; k <= length; ++k) {
    grams.index += grams.count;
    grams.length = k;
    grams.first = At(attrs.ngram_counts(), k - 1);
    const int64_t end = k < lengths ? At(attrs.ngram_counts(), k) : static_cast<int64_t>(SizeOf(attrs.pool()));
    grams.count = (end - grams.first) / k;
  }
  return grams;
}

Status CheckPool(OpContext& ctx, const format::TfIdf& attrs) {
  const int64_t lengths = static_cast<int64_t>(SizeOf(attrs.ngram_counts()));
  const int64_t pool = static_cast<int64_t>(SizeOf(attrs.pool()));
  int64_t grams = 0, last = 0;
  for (int64_t k = 1; k <= lengths; ++k) {
    const int64_t first = At(attrs.ngram_counts(), k - 1), end = k < lengths ? At(attrs.ngram_counts(), k) : pool;
    if (first < last || end < first || end > pool || (end - first) % k != 0) {
      return ctx.Invalid("ngram_counts do not divide a pool of %lld into n-grams", static_cast<long long>(pool));
    }
    last = first;
    grams += (end - first) / k;
  }
  const int64_t indexes = static_cast<int64_t>(SizeOf(attrs.ngram_indexes()));
  const int64_t weights = attrs.weights() == nullptr ? 0 : static_cast<int64_t>(attrs.weights()->size());
  if (indexes != grams || (weights != 0 && weights != grams)) {
    return ctx.Invalid("%lld indexes and %lld weights for %lld n-grams", static_cast<long long>(indexes),
                       static_cast<long long>(weights), static_cast<long long>(grams));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 0));
  const auto& attrs = *ctx.attrs<format::TfIdf>();
  const TensorSlot& x = ctx.input(0);
  if (x.rank() < 1 || x.rank() > 2) return ctx.Invalid("x is %s, expected [c] or [n, c]", ctx.Describe(0));
  if (attrs.min_gram_length() < 1 || attrs.max_skip_count() < 0 || attrs.mode() > kTfIdf) {
    return ctx.Invalid("n-grams of %d and more, skips of %d, mode %d", attrs.min_gram_length(), attrs.max_skip_count(),
                       attrs.mode());
  }
  LINNET_RETURN_IF_ERROR(CheckPool(ctx, attrs));
  int64_t columns = 0;
  for (size_t i = 0; i < SizeOf(attrs.ngram_indexes()); ++i) {
    const int64_t index = At(attrs.ngram_indexes(), static_cast<int64_t>(i));
    if (index < 0 || index >= INT32_MAX)
      return ctx.Invalid("an n-gram has the index %lld", static_cast<long long>(index));
    columns = index + 1 > columns ? index + 1 : columns;
  }
  const Shape shape = x.rank() == 1 ? Shape{columns} : Shape{x.shape[0], columns};
  return ctx.SetOutput(0, ElementType::kFloat32, shape);
}

// Counts the n-gram of `grams` whose elements lie `step` apart from element `first` on.
void Count(const TensorSlot& x, const format::TfIdf& attrs, const Grams& grams, int64_t first, int64_t step, float* y) {
  for (int64_t g = 0; g < grams.count; ++g) {
    bool equal = true;
    for (int64_t i = 0; equal && i < grams.length; ++i) {
      equal = IndexAt(x, first + i * step) == At(attrs.pool(), grams.first + g * grams.length + i);
    }
    if (!equal) continue;
    const int64_t entry = grams.index + g;
    float& cell = y[At(attrs.ngram_indexes(), entry)];
    const bool weighted = attrs.mode() != kTf && attrs.weights() != nullptr;
    const float weight = weighted ? attrs.weights()->Get(static_cast<flatbuffers::uoffset_t>(entry)) : 1;
    cell = attrs.mode() == kIdf ? weight : cell + weight;
    return;
  }
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const auto& attrs = *ctx.attrs<format::TfIdf>();
  if (y.elements() == 0) return Status();
  std::memset(y.data, 0, TensorBytes(y.type, y.shape));
  const int64_t c = x.shape.back(), rows = x.rank() == 1 ? 1 : x.shape[0], columns = y.shape.back();
  for (int64_t length = attrs.min_gram_length(); length <= LastLength(attrs); ++length) {
    const Grams grams = GramsOf(attrs, length);
    const int64_t most = length == 1 ? 0 : attrs.max_skip_count();  // a single element skips nothing
    for (int64_t skip = 0; skip <= most && (length - 1) * (skip + 1) < c; ++skip) {
      for (int64_t row = 0; row < rows; ++row) {
        for (int64_t first = 0; first + (length - 1) * (skip + 1) < c; ++first) {
          Count(x, attrs, grams, row * c + first, skip + 1, y.as<float>() + row * columns);
        }
      }
    }
  }
  return Status();
}

}  // namespace

const OpDef kTfIdfVectorizer = {format::OpCode::TfIdfVectorizer, "TfIdfVectorizer", format::OpAttrs::TfIdf, Prepare,
                                Eval};

}  // namespace linnet::ops
