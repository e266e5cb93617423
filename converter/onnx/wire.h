// Typed access to protobuf fields on top of protozero, with the place of an error. Exceptions stay inside the reader.
#ifndef LINNET_CONVERTER_ONNX_WIRE_H_
#define LINNET_CONVERTER_ONNX_WIRE_H_

#include <exception>
#include <protozero/pbf_reader.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "linnet/linnet.h"

namespace linnet::converter::onnx {

// Thrown and caught inside the reader.
class ReadError : public std::runtime_error {
 public:
  explicit ReadError(const std::string& text, StatusCode code = StatusCode::kInvalidModel)
      : std::runtime_error(text), code_(code) {}
  StatusCode code() const { return code_; }

 private:
  StatusCode code_;
};

// The path to what is being read: "graph, node 3, attribute 'value'".
class Location {
 public:
  std::string ToString() const {
    std::string text;
    for (const std::string& part : parts_) text += (text.empty() ? "" : ", ") + part;
    return text;
  }

 private:
  friend class LocationScope;
  std::vector<std::string> parts_;
};

// One step of that path. An exception that passes through leaves it there for the message.
class LocationScope {
 public:
  LocationScope(Location* location, std::string part) : location_(location), exceptions_(std::uncaught_exceptions()) {
    location_->parts_.push_back(std::move(part));
  }
  LocationScope(const LocationScope&) = delete;
  LocationScope& operator=(const LocationScope&) = delete;
  ~LocationScope() {
    if (std::uncaught_exceptions() == exceptions_) location_->parts_.pop_back();
  }
  void Rename(std::string part) { location_->parts_.back() = std::move(part); }

 private:
  Location* location_;
  int exceptions_;
};

using WireReader = protozero::pbf_reader;
using protozero::data_view;
using protozero::pbf_wire_type;

// Each throws ReadError if the field's wire type is not the one that its type asks for.
data_view GetView(WireReader& field);
std::string GetString(WireReader& field);
int64_t GetInt(WireReader& field);
float GetFloat(WireReader& field);

// Repeated numbers, packed or one by one; appended.
void AppendInts(WireReader& field, std::vector<int64_t>* values);
void AppendFloats(WireReader& field, std::vector<float>* values);
void AppendDoubles(WireReader& field, std::vector<double>* values);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_WIRE_H_
