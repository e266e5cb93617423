#include "engine/planner.h"

#include <algorithm>

#include "format/storage.h"

namespace linnet {
namespace {

enum class Order { kBySize, kByLifetime, kByArea };
constexpr Order kOrders[] = {Order::kBySize, Order::kByArea, Order::kByLifetime};

double Weight(const PlanBlock& block, Order order) {
  const double length = block.last - static_cast<double>(block.first) + 1;
  switch (order) {
    case Order::kBySize: return static_cast<double>(block.bytes);
    case Order::kByLifetime: return length;
    case Order::kByArea: return length * static_cast<double>(block.bytes);
  }
  return 0;
}

struct Range {
  size_t begin, end;
};

// Lowest offset at which `block` fits between `taken`, which is sorted by begin.
size_t LowestFit(size_t bytes, const Array<Range>& taken) {
  size_t offset = 0;
  for (const Range& range : taken) {
    if (range.begin >= offset + bytes) break;
    offset = std::max(offset, range.end);
  }
  return offset;
}

bool PlaceInOrder(Array<PlanBlock>* blocks, const Array<int>& order, size_t* arena_bytes) {
  Array<Range> taken;
  *arena_bytes = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    PlanBlock& block = (*blocks)[order[i]];
    taken.Clear();
    for (size_t j = 0; j < i; ++j) {
      const PlanBlock& other = (*blocks)[order[j]];
      if (Conflicts(block, other) && !taken.Append({other.offset, other.offset + other.bytes})) return false;
    }
    std::sort(taken.begin(), taken.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
    block.offset = LowestFit(block.bytes, taken);
    if (block.bytes > kMaxBytes || block.offset > kMaxBytes - block.bytes) return false;
    *arena_bytes = std::max(*arena_bytes, block.offset + block.bytes);
  }
  return true;
}

}  // namespace

bool Conflicts(const PlanBlock& a, const PlanBlock& b) {
  if (a.bytes == 0 || b.bytes == 0) return false;
  return (a.caller_visible && b.caller_visible) || (a.first <= b.last && b.first <= a.last);
}

bool PlanMemory(Array<PlanBlock>* blocks, size_t* arena_bytes) {
  for (PlanBlock& block : *blocks) block.bytes = format::RoundUp(block.bytes, kPlanAlignment);
  const size_t lower_bound = LiveSetBytes(*blocks);
  Array<int> order;
  Array<size_t> best;
  if (!order.Resize(blocks->size()) || !best.Resize(blocks->size())) return false;
  size_t best_bytes = SIZE_MAX;
  for (Order kind : kOrders) {
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::sort(order.begin(), order.end(), [&](int a, int b) {
      const double wa = Weight((*blocks)[a], kind), wb = Weight((*blocks)[b], kind);
      return wa != wb ? wa > wb : a < b;
    });
    size_t bytes = 0;
    if (!PlaceInOrder(blocks, order, &bytes)) return false;
    if (bytes < best_bytes) {
      best_bytes = bytes;
      for (size_t i = 0; i < best.size(); ++i) best[i] = (*blocks)[i].offset;
    }
    if (best_bytes <= lower_bound) break;
  }
  for (size_t i = 0; i < best.size(); ++i) (*blocks)[i].offset = best[i];
  *arena_bytes = blocks->empty() ? 0 : best_bytes;
  return true;
}

size_t LiveSetBytes(const Array<PlanBlock>& blocks) {
  size_t largest = 0;
  // The live set only grows where a block begins.
  for (const PlanBlock& at : blocks) {
    size_t alive = 0;
    for (const PlanBlock& block : blocks) {
      if (block.first <= at.first && at.first <= block.last) alive += format::RoundUp(block.bytes, kPlanAlignment);
    }
    largest = std::max(largest, alive);
  }
  return largest;
}

bool PlanIsValid(const Array<PlanBlock>& blocks, size_t arena_bytes) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    const PlanBlock& a = blocks[i];
    if (a.bytes == 0) continue;
    if (a.offset % kPlanAlignment != 0 || a.bytes > arena_bytes || a.offset > arena_bytes - a.bytes) return false;
    for (size_t j = 0; j < i; ++j) {
      const PlanBlock& b = blocks[j];
      if (Conflicts(a, b) && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes) return false;
    }
  }
  return true;
}

size_t DrawPlan(const Array<PlanBlock>& blocks, size_t arena_bytes, int steps, char* text, size_t capacity) {
  constexpr int kRows = 24, kMaxColumns = 100;
  const int columns = std::min(std::max(steps, 1), kMaxColumns);
  size_t length = 0;
  const auto put = [&](char c) {
    if (length + 1 < capacity) text[length] = c;
    ++length;
  };
  for (int row = kRows - 1; row >= 0; --row) {
    const size_t low = arena_bytes * row / kRows, high = arena_bytes * (row + 1) / kRows;
    for (int column = 0; column < columns; ++column) {
      const int step = static_cast<int>(static_cast<int64_t>(column) * steps / columns);
      char mark = '.';
      for (size_t i = 0; i < blocks.size(); ++i) {
        const PlanBlock& block = blocks[i];
        const bool alive = block.first <= step && step <= block.last;
        if (alive && block.offset < high && low < block.offset + block.bytes) mark = static_cast<char>('a' + i % 26);
      }
      put(mark);
    }
    put('\n');
  }
  if (capacity > 0) text[std::min(length, capacity - 1)] = 0;
  return length;
}

}  // namespace linnet
