// linnet inspect: what is in a model file, and what a run of it takes.
#include <algorithm>
#include <cstring>
#include <iomanip>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/statistics.h"
#include "converter/graph.h"
#include "converter/macs.h"
#include "converter/tensor_values.h"
#include "engine/session.h"
#include "format/checksum.h"

namespace linnet::cli {
namespace {

using Json = nlohmann::ordered_json;

struct InspectOptions {
  std::string model;
  bool json = false;
  bool ops = false;
};

// A tensor's declared shape, symbolic sizes by their names: "[batch, 224, 224, 3]".
std::vector<std::string> SizeNames(const format::Tensor& tensor) {
  const Shape shape = DeclaredShape(tensor);
  std::vector<std::string> names;
  for (int d = 0; d < shape.rank(); ++d) {
    const auto* symbols = tensor.symbols();
    const bool named = symbols != nullptr && static_cast<unsigned>(d) < symbols->size() && symbols->Get(d)->size() > 0;
    names.push_back(shape[d] >= 0 ? std::to_string(shape[d]) : named ? symbols->Get(d)->str() : "?");
  }
  return names;
}

std::string DeclaredText(const format::Tensor& tensor) {
  std::string text = std::string(ElementTypeName(static_cast<ElementType>(tensor.type()))) + " [";
  for (const std::string& name : SizeNames(tensor)) text += (text.back() == '[' ? "" : ", ") + name;
  return text + "]";
}

// The model's run as it is prepared for the default shapes, without memory for tensors.
class Inspection {
 public:
  Inspection(const InspectOptions& options, const ModelImpl& model, const SessionImpl& session)
      : options_(options), model_(model), session_(session) {}

  void PrintJson(std::ostream& out) const;
  void PrintText(std::ostream& out) const;

 private:
  const Prepared& prepared() const { return session_.prepared(); }
  const format::Tensor& tensor(int index) const { return *model_.main().tensors()->Get(static_cast<unsigned>(index)); }
  std::map<std::string, int> OpCounts() const;
  size_t WeightsBytes() const;
  Json TensorsJson(const linnet_flatbuffers::Vector<int32_t>& indices) const;
  Json OpsJson() const;
  std::string Describe(int index) const;
  void PrintOps(std::ostream& out) const;
  void PrintPlan(std::ostream& out) const;

  const InspectOptions& options_;
  const ModelImpl& model_;
  const SessionImpl& session_;
};

// Of the ops that a run executes.
std::map<std::string, int> Inspection::OpCounts() const {
  std::map<std::string, int> counts;
  for (const Step& step : prepared().steps) {
    if (!step.folded) ++counts[step.def->name];
  }
  return counts;
}

size_t Inspection::WeightsBytes() const {
  size_t bytes = 0;
  for (const format::Tensor* t : *model_.main().tensors()) {
    if (t->role() == format::Role::Constant) bytes += t->bytes();
  }
  return bytes;
}

Json Inspection::TensorsJson(const linnet_flatbuffers::Vector<int32_t>& indices) const {
  Json list = Json::array();
  for (const int index : indices) {
    const format::Tensor& t = tensor(index);
    const Shape declared = DeclaredShape(t);
    Json sizes = Json::array();
    for (int d = 0; d < declared.rank(); ++d) {
      sizes.push_back(declared[d] >= 0 ? Json(declared[d]) : Json(SizeNames(t)[static_cast<size_t>(d)]));
    }
    list.push_back(
        {{"name", Text(t.name())}, {"type", ElementTypeName(static_cast<ElementType>(t.type()))}, {"shape", sizes}});
  }
  return list;
}

Json Inspection::OpsJson() const {
  Json list = Json::array();
  for (const Step& step : prepared().steps) {
    if (step.folded) continue;
    Json outputs = Json::array();
    for (const int index : *step.op->outputs()) {
      if (index >= 0) outputs.push_back(Describe(index));
    }
    list.push_back({{"op", step.def->name}, {"node", Text(step.op->name())}, {"outputs", outputs}});
  }
  return list;
}

void Inspection::PrintJson(std::ostream& out) const {
  const format::Model& root = model_.root();
  const std::map<std::string, int> counts = OpCounts();
  const auto transposes = counts.find("Transpose");
  Json json = {{"model", options_.model},
               {"producer", Text(root.producer())},
               {"source", Text(root.source())},
               {"format_version", root.format_version()},
               {"inputs", TensorsJson(*model_.main().inputs())},
               {"outputs", TensorsJson(*model_.main().outputs())},
               {"arena_bytes", prepared().arena_bytes},
               {"scratch_bytes", prepared().scratch_bytes},
               {"live_set_bytes", LiveSetBytes(prepared().blocks)},
               {"weights_bytes", WeightsBytes()},
               {"file_bytes", model_.file_bytes()},
               {"macs", converter::CountMacs(prepared())},
               {"transposes", transposes == counts.end() ? 0 : transposes->second},
               {"plan_from_file", prepared().plan_from_file},
               {"ops", counts}};
  if (const auto* descriptions = root.input_descriptions()) {
    for (const auto* description : *descriptions) {
      const auto list = [](const linnet_flatbuffers::Vector<float>* values) {
        return values == nullptr ? std::vector<float>() : std::vector<float>(values->begin(), values->end());
      };
      json["pictures"].push_back({{"input", Text(description->name())},
                                  {"color", Text(description->color())},
                                  {"mean", list(description->mean())},
                                  {"std", list(description->std())}});
    }
  }
  if (options_.ops) json["nodes"] = OpsJson();
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

// "%conv1 float32 [1, 112, 112, 32]"
std::string Inspection::Describe(int index) const {
  const TensorSlot& slot = prepared().slots[static_cast<size_t>(index)];
  const std::string name = std::string("%") + Text(tensor(index).name());
  return name + (slot.resolved ? " " + converter::TypeText(slot.type, slot.shape) : " (known when it runs)");
}

void Inspection::PrintOps(std::ostream& out) const {
  out << "\n";
  for (const Step& step : prepared().steps) {
    if (step.folded) continue;
    const auto list = [&](const linnet_flatbuffers::Vector<int32_t>& indices, bool described) {
      std::string text;
      for (const int index : indices) {
        text += text.empty() ? "" : ", ";
        text += index < 0 ? "-" : described ? Describe(index) : std::string("%") + Text(tensor(index).name());
      }
      return text;
    };
    format::OpAttrsUnion attributes;
    attributes.type = step.op->attrs_type();
    attributes.value = format::OpAttrsUnion::UnPack(step.op->attrs(), attributes.type, nullptr);
    const std::string shown = converter::AttributesText(attributes);
    out << list(*step.op->outputs(), true) << " = " << step.def->name << "(" << list(*step.op->inputs(), false) << ")"
        << (shown.empty() ? "" : " {" + shown + "}") << "   // " << Text(step.op->name()) << "\n";
  }
}

void Inspection::PrintPlan(std::ostream& out) const {
  if (prepared().arena_bytes == 0) return;
  const int steps = static_cast<int>(prepared().steps.size());
  std::string picture(DrawPlan(prepared().blocks, prepared().arena_bytes, steps, nullptr, 0) + 1, '\0');
  DrawPlan(prepared().blocks, prepared().arena_bytes, steps, picture.data(), picture.size());
  out << "\nmemory plan: " << BytesText(prepared().arena_bytes) << " from bottom to top, " << steps
      << " ops from left to right, a letter for each block\n"
      << picture.c_str();
}

void Inspection::PrintText(std::ostream& out) const {
  const format::Model& root = model_.root();
  const format::Subgraph& graph = model_.main();
  out << options_.model << ": format " << root.format_version() << ", written by " << Text(root.producer())
      << (*Text(root.source()) != '\0' ? std::string(" from ") + Text(root.source()) : "") << "\n";
  for (const int index : *graph.inputs()) {
    out << "input       %" << Text(tensor(index).name()) << " " << DeclaredText(tensor(index)) << "\n";
  }
  for (const int index : *graph.outputs()) {
    out << "output      " << Describe(index) << "\n";
  }
  std::string counts;
  for (const auto& [op, count] : OpCounts()) counts += (counts.empty() ? "" : ", ") + op + " " + std::to_string(count);
  out << "ops         " << prepared().step_count << " (" << counts << ")\n"
      << "work        " << static_cast<double>(converter::CountMacs(prepared())) / 1e6
      << " million multiply-accumulates a run\n"
      << "file        " << model_.file_bytes() << " bytes, weights " << WeightsBytes() << "\n"
      << "arena       " << prepared().arena_bytes << " bytes for tensors (largest live set "
      << LiveSetBytes(prepared().blocks) << "), plan " << (prepared().plan_from_file ? "from the file" : "made anew")
      << "\n"
      << "scratch     " << prepared().scratch_bytes << " bytes on this processor, one thread\n";
  if (options_.ops) PrintOps(out);
  PrintPlan(out);
}

// Loading trusts the weights; here the file is read wholly. Writers that know no checksum leave it zero.
Status CheckSegment(const std::string& path, const ModelImpl& model) {
  format::SegmentChecksum checksum;
  checksum.Add(model.segment(), model.segment_bytes());
  const uint64_t expected = model.root().segment_checksum();
  if (expected == 0 || expected == checksum.value()) return Status();
  return Status::Error(StatusCode::kInvalidModel,
                       "'%s': the weights are damaged: expected checksum %016llx, found %016llx", path.c_str(),
                       static_cast<unsigned long long>(expected), static_cast<unsigned long long>(checksum.value()));
}

Status Run(const InspectOptions& options, const Console& console) {
  Result<std::unique_ptr<kernels::ScopedIsa>> isa = SelectIsa("");
  if (!isa.ok()) return std::move(isa.status());
  Result<Model> model = Model::Open(options.model.c_str());
  if (!model.ok()) return std::move(model.status());
  Result<std::unique_ptr<SessionImpl>> session = SessionImpl::CreateUnplaced(model->impl(), SessionOptions());
  if (!session.ok()) return std::move(session.status());
  LINNET_RETURN_IF_ERROR(CheckSegment(options.model, model->impl()));
  const Inspection inspection(options, model->impl(), **session);
  if (options.json) {
    inspection.PrintJson(console.out);
  } else {
    inspection.PrintText(console.out);
  }
  return Status();
}

}  // namespace

Command AddInspect(const CommandLine& program) {
  const Subcommand command(program, "inspect", "Shows what is in a model file and what a run takes");
  auto options = std::make_shared<InspectOptions>();
  command.Value("MODEL", &options->model, "A .linnet file").Required();
  command.Flag("--json", &options->json, "Prints JSON");
  command.Flag("--ops", &options->ops, "Lists every op");
  return {command, [options](const Console& console) {
            const Status status = Run(*options, console);
            return status.ok() ? static_cast<int>(kExitOk) : Fail(console.err, status);
          }};
}

}  // namespace linnet::cli
