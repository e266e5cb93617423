// Field numbers of the messages in onnx.proto that the reader looks at, and the values of its enums. Numbers never
// change between versions of ONNX; fields that are not listed here are skipped.
#ifndef LINNET_CONVERTER_ONNX_FIELDS_H_
#define LINNET_CONVERTER_ONNX_FIELDS_H_

#include <cstdint>

namespace linnet::converter::onnx {

namespace model_field {
enum : uint32_t { kIrVersion = 1, kProducerName = 2, kGraph = 7, kOpsetImport = 8, kFunctions = 25 };
}
namespace opset_field {
enum : uint32_t { kDomain = 1, kVersion = 2 };
}
namespace graph_field {
enum : uint32_t {
  kNode = 1,
  kName = 2,
  kInitializer = 5,
  kInput = 11,
  kOutput = 12,
  kValueInfo = 13,
  kSparseInitializer = 15
};
}
namespace node_field {
enum : uint32_t { kInput = 1, kOutput = 2, kName = 3, kOpType = 4, kAttribute = 5, kDomain = 7, kOverload = 8 };
}
namespace attribute_field {
enum : uint32_t {
  kName = 1,
  kFloat = 2,
  kInt = 3,
  kString = 4,
  kTensor = 5,
  kGraph = 6,
  kFloats = 7,
  kInts = 8,
  kStrings = 9,
  kTensors = 10,
  kGraphs = 11,
  kType = 20,
  kRefAttrName = 21,
  kSparseTensor = 22
};
}
namespace tensor_field {
enum : uint32_t {
  kDims = 1,
  kDataType = 2,
  kSegment = 3,
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kExternalData = 13,
  kDataLocation = 14
};
}
namespace sparse_tensor_field {
enum : uint32_t { kValues = 1, kIndices = 2, kDims = 3 };
}
namespace value_info_field {
enum : uint32_t { kName = 1, kType = 2 };
}
namespace type_field {
enum : uint32_t { kTensorType = 1, kSequenceType = 4, kMapType = 5, kSparseTensorType = 8, kOptionalType = 9 };
}
namespace tensor_type_field {
enum : uint32_t { kElemType = 1, kShape = 2 };
}
namespace shape_field {
enum : uint32_t { kDim = 1 };
}
namespace dim_field {
enum : uint32_t { kValue = 1, kParam = 2 };
}
namespace entry_field {
enum : uint32_t { kKey = 1, kValue = 2 };
}
namespace function_field {
enum : uint32_t {
  kName = 1,
  kInput = 4,
  kOutput = 5,
  kAttribute = 6,
  kNode = 7,
  kOpsetImport = 9,
  kDomain = 10,
  kAttributeProto = 11,
  kOverload = 13
};
}

// AttributeProto.AttributeType.
enum class AttributeType : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kInt = 2,
  kString = 3,
  kTensor = 4,
  kGraph = 5,
  kFloats = 6,
  kInts = 7,
  kStrings = 8,
  kTensors = 9,
  kGraphs = 10,
  kSparseTensor = 11,
  kSparseTensors = 12,
  kTypeProto = 13,
  kTypeProtos = 14
};

// TensorProto.DataLocation.
constexpr int64_t kExternalLocation = 1;

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_FIELDS_H_
