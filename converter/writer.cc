#include "converter/writer.h"

#include <cstring>
#include <map>
#include <new>

#include "converter/lower.h"
#include "engine/session.h"
#include "format/checksum.h"
#include "format/storage.h"

namespace linnet::converter {
namespace {

using format::kSegmentAlignment;

// Prepares the model as the engine will, at its default sizes, and notes where each tensor lies.
Result<std::unique_ptr<format::PlanT>> MakePlan(const Lowered& lowered, WrittenModel* written) {
  Result<LoweredModel> model = LoweredModel::Create(lowered);
  if (!model.ok()) return std::move(model.status());
  Result<std::unique_ptr<SessionImpl>> session = SessionImpl::CreateUnplaced(model->model().impl(), {});
  if (!session.ok()) return std::move(session.status());
  const Prepared& prepared = (*session)->prepared();
  auto plan = std::make_unique<format::PlanT>();
  plan->arena_bytes = prepared.arena_bytes;
  plan->default_dims = lowered.model.default_dims;
  for (const Placement& placement : prepared.placements) {
    const bool planned = placement.block >= 0;
    plan->offsets.push_back(planned ? prepared.blocks[placement.block].offset + placement.offset_bytes : ~uint64_t{0});
  }
  written->arena_bytes = prepared.arena_bytes;
  written->live_set_bytes = LiveSetBytes(prepared.blocks);
  return plan;
}

Status AddPlans(const std::vector<SymbolSizes>& more_plans, Lowered* lowered, WrittenModel* written) {
  std::vector<std::unique_ptr<format::PlanT>> plans;
  Result<std::unique_ptr<format::PlanT>> first = MakePlan(*lowered, written);
  if (!first.ok()) return std::move(first.status());
  plans.push_back(std::move(*first));
  const std::vector<int64_t> defaults = lowered->model.default_dims;
  for (const SymbolSizes& sizes : more_plans) {
    for (size_t i = 0; i < defaults.size(); ++i) {
      const auto found = sizes.find(lowered->model.symbols[i]);
      if (found != sizes.end()) lowered->model.default_dims[i] = found->second;
    }
    WrittenModel unused;
    Result<std::unique_ptr<format::PlanT>> plan = MakePlan(*lowered, &unused);
    lowered->model.default_dims = defaults;
    if (!plan.ok()) return std::move(plan.status()).WithPrefix("at the sizes of another --default-shape");
    plans.push_back(std::move(*plan));
  }
  lowered->model.subgraphs[0]->plans = std::move(plans);
  return Status();
}

// Gives every constant its place in the segment; equal memory is stored once. Returns the segment's size.
struct Place {
  const void* data;
  size_t bytes, offset;
};

uint64_t LayOutSegment(Lowered* lowered, std::vector<Place>* places) {
  std::map<std::pair<const void*, size_t>, size_t> known;
  uint64_t end = 0;
  for (auto& subgraph : lowered->model.subgraphs) {
    for (auto& tensor : subgraph->tensors) {
      if (tensor->role != format::Role::Constant) continue;
      const void* data = lowered->constants[tensor->offset];
      const auto [found, added] = known.try_emplace({data, tensor->bytes}, end);
      tensor->offset = found->second;
      if (!added) continue;
      places->push_back({data, tensor->bytes, found->second});
      end = format::RoundUp(end + tensor->bytes, kSegmentAlignment);
    }
  }
  return end;
}

// Memory for a whole file, aligned as a mapping is.
Bytes AllocateFile(size_t size, uint8_t** data) {
  *data = static_cast<uint8_t*>(::operator new(size, std::align_val_t(kSegmentAlignment)));
  std::memset(*data, 0, size);
  std::shared_ptr<const void> owner(*data, [](const void* memory) {
    ::operator delete(const_cast<void*>(memory), std::align_val_t(kSegmentAlignment));
  });
  return Bytes(std::move(owner), *data, size);
}

void AddDescriptions(const std::vector<InputDescription>& descriptions, format::ModelT* model) {
  for (const InputDescription& description : descriptions) {
    auto table = std::make_unique<format::InputDescriptionT>();
    table->name = description.input;
    table->color = description.color;
    table->mean = description.mean;
    table->std = description.std;
    model->input_descriptions.push_back(std::move(table));
  }
}

}  // namespace

Result<WrittenModel> WriteModel(const Graph& graph, const std::vector<SymbolSizes>& more_plans,
                                const std::vector<InputDescription>& descriptions) {
  WrittenModel written;
  Lowered lowered = LowerGraph(graph);
  AddDescriptions(descriptions, &lowered.model);
  LINNET_RETURN_IF_ERROR(AddPlans(more_plans, &lowered, &written));
  std::vector<Place> places;
  written.weights_bytes = LayOutSegment(&lowered, &places);
  lowered.model.segment_bytes = written.weights_bytes;
  format::SegmentChecksum checksum;
  for (const Place& place : places) checksum.Add(place.data, place.bytes);
  lowered.model.segment_checksum = checksum.value();

  linnet_flatbuffers::FlatBufferBuilder builder;
  format::FinishSizePrefixedModelBuffer(builder, format::Model::Pack(builder, &lowered.model));
  const size_t start = format::RoundUp(builder.GetSize(), kSegmentAlignment);
  uint8_t* data = nullptr;
  written.bytes = AllocateFile(start + written.weights_bytes, &data);
  std::memcpy(data, builder.GetBufferPointer(), builder.GetSize());
  for (const Place& place : places) {
    if (place.bytes > 0) std::memcpy(data + start + place.offset, place.data, place.bytes);
  }
  return written;
}

}  // namespace linnet::converter
