#include "converter/onnx/value_info_reader.h"

#include <algorithm>

#include "converter/onnx/tensor_reader.h"

namespace linnet::converter::onnx {
namespace {

Dim ReadDim(data_view view) {
  Dim dim;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      // Some exporters write -1 where they mean "any".
      case dim_field::kValue:
        dim.size = std::max<int64_t>(GetInt(field), -1);
        break;
      case dim_field::kParam:
        dim.symbol = GetString(field);
        break;
      default:
        field.skip();
    }
  }
  if (!dim.symbol.empty()) dim.size = -1;
  if (dim.symbol == "?") dim.symbol.clear();  // Paddle's word for any size, not the same size everywhere
  return dim;
}

void ReadTensorType(data_view view, ValueInfoProto* info) {
  info->kind = ValueInfoProto::Kind::kTensor;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case tensor_type_field::kElemType: {
        const int64_t type = GetInt(field);
        info->type = type == 0 ? ElementType::kUndefined : CheckedElementType(type);
        break;
      }
      case tensor_type_field::kShape:
        info->has_shape = true;
        for (WireReader shape(GetView(field)); shape.next();) {
          if (shape.tag() == shape_field::kDim) {
            info->dims.push_back(ReadDim(GetView(shape)));
          } else {
            shape.skip();
          }
        }
        break;
      default:
        field.skip();
    }
  }
}

// Element types of sequences, maps and optional values do not matter: they are not supported.
void ReadType(data_view view, ValueInfoProto* info) {
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case type_field::kTensorType:
        ReadTensorType(GetView(field), info);
        break;
      case type_field::kSequenceType:
        info->kind = ValueInfoProto::Kind::kSequence;
        field.skip();
        break;
      case type_field::kMapType:
        info->kind = ValueInfoProto::Kind::kMap;
        field.skip();
        break;
      case type_field::kSparseTensorType:
        info->kind = ValueInfoProto::Kind::kSparseTensor;
        field.skip();
        break;
      case type_field::kOptionalType:
        info->kind = ValueInfoProto::Kind::kOptional;
        field.skip();
        break;
      default:
        field.skip();
    }
  }
}

}  // namespace

ValueInfoProto ReadValueInfoProto(data_view view, Location* location) {
  ValueInfoProto info;
  LocationScope scope(location, "");
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case value_info_field::kName:
        info.name = GetString(field);
        scope.Rename("'" + info.name + "'");
        break;
      case value_info_field::kType:
        ReadType(GetView(field), &info);
        break;
      default:
        field.skip();
    }
  }
  return info;
}

}  // namespace linnet::converter::onnx
