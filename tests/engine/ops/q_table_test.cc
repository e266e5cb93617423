#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

// table[byte] = f(the number that the byte is as int8 or uint8).
template <typename F>
std::vector<double> Table(bool is_signed, const F& f) {
  std::vector<double> table;
  for (int byte = 0; byte < 256; ++byte) table.push_back(f(is_signed && byte > 127 ? byte - 256 : byte));
  return table;
}

OpTest Lookup(const Value& x, const Value& table, const Value& y) {
  OpTest test(OpCode::QTable);
  test.Input(x).Param(table).Output(y);
  return test;
}

TEST(QTable, Values) {
  const Value squares = I8({256}, Table(true, [](int x) { return x * x / 200; }));
  Lookup(I8({2, 3}, {-128, -20, 0, 20, 100, 127}), squares, I8({2, 3}, {81, 2, 0, 2, 50, 80})).Check();
  const Value negative = MakeValue(ElementType::kUint8, {256}, Table(false, [](int x) { return 255 - x; }));
  const Value bytes = MakeValue(ElementType::kUint8, {4}, {0, 1, 200, 255});
  Lookup(bytes, negative, MakeValue(ElementType::kUint8, {4}, {255, 254, 55, 0})).Check();
  const Value halves = F32({256}, Table(true, [](int x) { return x * 0.5; }));
  Lookup(I8({3}, {-128, 1, 3}), halves, F32({3}, {-64, 0.5, 1.5})).Check();
  Lookup(I8({0}, {}), squares, I8({0}, {})).Check();
}

TEST(QTable, LargeOverThreads) {
  const Value x = Random(ElementType::kInt8, {7, 101, 203}, 2);
  std::vector<double> expected = Numbers(x);
  for (double& value : expected) value = value < 0 ? 0 : value / 2;
  for (double& value : expected) value = std::floor(value);
  Lookup(x, I8({256}, Table(true, [](int q) { return q < 0 ? 0 : q / 2; })), I8(x.shape, expected)).Check();
}

TEST(QTable, Wrong) {
  const Value x = I8({2}, {1, 2}), table = I8({256}, Table(true, [](int q) { return q; }));
  const StatusCode invalid = StatusCode::kInvalidModel;
  Lookup(F32({2}, {1, 2}), table, x).ExpectError(invalid, "x is float32");
  Lookup(x, I8({255}, std::vector<double>(255)), x).ExpectError(invalid, "256 values");
  Lookup(x, I8({1, 256}, std::vector<double>(256)), x).ExpectError(invalid, "256 values");
  Lookup(x, I32({256}, std::vector<double>(256)), x).ExpectError(invalid, "int32");
}

}  // namespace
}  // namespace linnet::testing
