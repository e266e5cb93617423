#include "converter/onnx/wire.h"

namespace linnet::converter::onnx {
namespace {

void ExpectWireType(const WireReader& field, pbf_wire_type expected) {
  if (field.wire_type() == expected) return;
  throw ReadError("field " + std::to_string(field.tag()) + " has wire type " +
                  std::to_string(static_cast<unsigned>(field.wire_type())) + ", expected " +
                  std::to_string(static_cast<unsigned>(expected)));
}

// Appends what `read_one` gives for a single field, or for as long as a packed one lasts.
template <typename T, typename ReadOne>
void AppendFixed(WireReader& field, pbf_wire_type single, std::vector<T>* values, const ReadOne& read_one) {
  if (field.wire_type() != pbf_wire_type::length_delimited) {
    ExpectWireType(field, single);
    values->push_back(read_one(field));
    return;
  }
  const data_view packed = field.get_view();
  if (packed.size() % sizeof(T) != 0) {
    throw ReadError("field " + std::to_string(field.tag()) + " packs " + std::to_string(packed.size()) +
                    " bytes, which is no whole number of values");
  }
  const size_t first = values->size();
  values->resize(first + packed.size() / sizeof(T));
  if (packed.size() > 0) std::memcpy(values->data() + first, packed.data(), packed.size());
}

}  // namespace

data_view GetView(WireReader& field) {
  ExpectWireType(field, pbf_wire_type::length_delimited);
  return field.get_view();
}

std::string GetString(WireReader& field) {
  const data_view view = GetView(field);
  return std::string(view.data(), view.size());
}

int64_t GetInt(WireReader& field) {
  ExpectWireType(field, pbf_wire_type::varint);
  return field.get_int64();
}

float GetFloat(WireReader& field) {
  ExpectWireType(field, pbf_wire_type::fixed32);
  return field.get_float();
}

void AppendInts(WireReader& field, std::vector<int64_t>* values) {
  if (field.wire_type() == pbf_wire_type::varint) {
    values->push_back(field.get_int64());
    return;
  }
  const data_view packed = GetView(field);
  const char* next = packed.data();
  const char* const end = next + packed.size();
  while (next != end) values->push_back(static_cast<int64_t>(protozero::decode_varint(&next, end)));
}

void AppendFloats(WireReader& field, std::vector<float>* values) {
  AppendFixed(field, pbf_wire_type::fixed32, values, [](WireReader& one) { return one.get_float(); });
}

void AppendDoubles(WireReader& field, std::vector<double>* values) {
  AppendFixed(field, pbf_wire_type::fixed64, values, [](WireReader& one) { return one.get_double(); });
}

}  // namespace linnet::converter::onnx
