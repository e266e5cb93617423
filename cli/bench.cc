// linnet bench: how long a model takes, how much memory, and where the time goes.
#include <algorithm>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/inputs.h"
#include "cli/profile.h"
#include "cli/statistics.h"
#include "converter/int8_speed.h"

namespace linnet::cli {
namespace {

using Clock = std::chrono::steady_clock;
using converter::HostTensor;

constexpr int kWarmUpRuns = 3;
constexpr size_t kMinimumRuns = 7;

struct BenchOptions {
  std::string model;
  std::vector<std::string> shapes;
  std::string isa;
  int threads = 1;
  double seconds = 1;
  bool json = false;
  bool profile = false;
  bool no_bands = false;
  bool exact_order = false;
  bool methods = false;
  std::vector<std::string> switched;
};

// A choice of the engine's, and whether the other method was asked for.
struct MethodChoice {
  std::string op, node, method, other, unit;
  double cost, other_cost;
  bool switched;
};

// Hears of each choice that a session makes, and switches those that are named.
class MethodListener {
 public:
  MethodListener(const std::vector<std::string>& switched, SessionOptions* options) : switched_(switched) {
    options->on_method = OnMethod;
    options->on_method_context = this;
  }
  std::vector<MethodChoice> Take() { return std::move(choices_); }

 private:
  static bool OnMethod(void* context, const MethodEvent& event) {
    auto& self = *static_cast<MethodListener*>(context);
    const bool switched = std::count(self.switched_.begin(), self.switched_.end(), event.node) != 0;
    MethodChoice choice = {event.op, event.node, event.method, event.other, event.unit, event.cost, event.other_cost, switched};
    // A session that is resized chooses anew.
    const auto same = [&](const MethodChoice& c) { return c.node == choice.node && c.unit == choice.unit; };
    const auto found = std::find_if(self.choices_.begin(), self.choices_.end(), same);
    if (found == self.choices_.end()) {
      self.choices_.push_back(std::move(choice));
    } else {
      *found = std::move(choice);
    }
    return !switched;
  }

  const std::vector<std::string>& switched_;
  std::vector<MethodChoice> choices_;
};

struct Figures {
  std::string isa;
  Statistics run_ms;
  double load_ms = 0;
  double peak_rss_mib = 0;
  size_t arena_bytes = 0, scratch_bytes = 0, weights_bytes = 0;
  std::vector<OpTime> profile;  // in order of execution
  Roof roof;                    // measured with the profile
  std::vector<converter::SlowLayer> slow_int8;
  std::vector<MethodChoice> methods;
};

// A model with a session whose inputs are filled. The session is declared last: it ends first.
struct Loaded {
  Model model;
  std::vector<HostTensor> inputs;
  Session session;
};

// Opens, prepares and runs once. *load_ms leaves out the making of random inputs.
Result<Loaded> Load(const BenchOptions& options, const SessionOptions& session_options, double* load_ms) {
  Result<NamedSizes> sizes = ParseNamedSizes("--shape", options.shapes);
  if (!sizes.ok()) return std::move(sizes.status());
  InputOptions input_options;
  input_options.sizes = std::move(*sizes);

  const auto opened = Clock::now();
  Result<Model> model = Model::Open(options.model.c_str());
  if (!model.ok()) return std::move(model.status());
  Result<Session> session = Session::Create(*model, session_options);
  if (!session.ok()) return std::move(session.status());
  const double open_ms = MillisecondsSince(opened);

  Result<std::vector<HostTensor>> inputs = LoadInputs(*model, *session, input_options, nullptr);
  if (!inputs.ok()) return std::move(inputs.status());

  const auto resumed = Clock::now();
  LINNET_RETURN_IF_ERROR(FitSession(*inputs, &*session));
  CopyInputs(*inputs, &*session);
  LINNET_RETURN_IF_ERROR(session->Run());
  *load_ms = open_ms + MillisecondsSince(resumed);
  return Loaded{std::move(*model), std::move(*inputs), std::move(*session)};
}

// Runs for at least `seconds`, and returns the milliseconds of each run. Run may overwrite its inputs: they are written
// anew before each, outside the measured time.
Result<std::vector<double>> RunFor(double seconds, Loaded* loaded) {
  std::vector<double> milliseconds;
  const auto begun = Clock::now();
  while (milliseconds.size() < kMinimumRuns || MillisecondsSince(begun) < seconds * 1e3) {
    CopyInputs(loaded->inputs, &loaded->session);
    const auto start = Clock::now();
    LINNET_RETURN_IF_ERROR(loaded->session.Run());
    milliseconds.push_back(MillisecondsSince(start));
  }
  return milliseconds;
}

Status WarmUp(Loaded* loaded) {
  for (int i = 0; i < kWarmUpRuns; ++i) {
    CopyInputs(loaded->inputs, &loaded->session);
    LINNET_RETURN_IF_ERROR(loaded->session.Run());
  }
  return Status();
}

// A session of its own: the callback's clock must not slow the figures.
Result<std::vector<OpTime>> Profile(const BenchOptions& options, SessionOptions session_options) {
  Profiler profiler;
  session_options.on_op = Profiler::OnOp;
  session_options.on_op_context = &profiler;
  double load_ms;
  Result<Loaded> loaded = Load(options, session_options, &load_ms);
  if (!loaded.ok()) return std::move(loaded.status());
  LINNET_RETURN_IF_ERROR(WarmUp(&*loaded));
  profiler.Reset();
  Result<std::vector<double>> runs = RunFor(options.seconds, &*loaded);
  if (!runs.ok()) return std::move(runs.status());
  return profiler.TimesPerRun(runs->size(), loaded->session.impl().prepared());
}

Status CheckSwitched(const std::vector<std::string>& switched, const std::vector<MethodChoice>& choices) {
  for (const std::string& node : switched) {
    const auto named = [&](const MethodChoice& choice) { return choice.node == node; };
    if (std::any_of(choices.begin(), choices.end(), named)) continue;
    return Status::Error(StatusCode::kInvalidArgument, "--switch: no choice was made for node '%s'; --methods lists those that were",
                         node.c_str());
  }
  return Status();
}

Result<Figures> Measure(const BenchOptions& options) {
  Figures figures;
  Result<std::unique_ptr<kernels::ScopedIsa>> isa = SelectIsa(options.isa);
  if (!isa.ok()) return std::move(isa.status());
  figures.isa = kernels::IsaName(kernels::CurrentIsa());
  SessionOptions session_options;
  session_options.threads = options.threads;
  session_options.bands = !options.no_bands;
  session_options.exact_order = options.exact_order;
  MethodListener listener(options.switched, &session_options);
  {
    Result<Loaded> loaded = Load(options, session_options, &figures.load_ms);
    if (!loaded.ok()) return std::move(loaded.status());
    figures.methods = listener.Take();
    LINNET_RETURN_IF_ERROR(CheckSwitched(options.switched, figures.methods));
    LINNET_RETURN_IF_ERROR(WarmUp(&*loaded));
    Result<std::vector<double>> runs = RunFor(options.seconds, &*loaded);
    if (!runs.ok()) return std::move(runs.status());
    figures.run_ms = Summarize(std::move(*runs));
    figures.arena_bytes = loaded->session.arena_bytes();
    figures.scratch_bytes = loaded->session.scratch_bytes();
    figures.weights_bytes = loaded->session.weights_bytes();
    figures.peak_rss_mib = PeakResidentMebibytes();
    if (!options.json) {
      auto slow = converter::FindSlowInt8(loaded->session.impl().prepared());
      if (!slow.ok()) return std::move(slow.status());
      figures.slow_int8 = std::move(*slow);
    }
  }
  if (options.profile) {
    Result<std::vector<OpTime>> profile = Profile(options, session_options);
    if (!profile.ok()) return std::move(profile.status());
    figures.profile = std::move(*profile);
    figures.roof = MeasureRoof(options.threads);
  }
  return figures;
}

void PrintJson(const BenchOptions& options, const Figures& figures, std::ostream& out) {
  nlohmann::ordered_json line = {{"model", options.model},
                                 {"threads", options.threads},
                                 {"isa", figures.isa},
                                 {"median_ms", figures.run_ms.median},
                                 {"min_ms", figures.run_ms.min},
                                 {"p90_ms", figures.run_ms.p90},
                                 {"load_ms", figures.load_ms},
                                 {"peak_rss_mb", figures.peak_rss_mib},
                                 {"arena_bytes", figures.arena_bytes},
                                 {"scratch_bytes", figures.scratch_bytes},
                                 {"weights_bytes", figures.weights_bytes}};
  if (options.profile) AddProfile(figures.profile, figures.roof, &line);
  if (options.methods) {
    line["methods"] = nlohmann::ordered_json::array();
    for (const MethodChoice& c : figures.methods) {
      line["methods"].push_back({{"op", c.op},
                                 {"node", c.node},
                                 {"method", c.method},
                                 {"cost", c.cost},
                                 {"other", c.other},
                                 {"other_cost", c.other_cost},
                                 {"unit", c.unit},
                                 {"switched", c.switched}});
    }
  }
  out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void PrintMethods(const std::vector<MethodChoice>& methods, std::ostream& out) {
  out << std::fixed << std::setprecision(1)
      << "\n  method      cost   other       cost   node; as expected, --switch NODE takes the other\n";
  for (const MethodChoice& c : methods) {
    out << "  " << std::left << std::setw(8) << c.method << std::right << std::setw(8) << c.cost << "   " << std::left << std::setw(8)
        << c.other << std::right << std::setw(8) << c.other_cost << "   " << c.node << " (" << c.unit
        << (c.switched ? "; switched)" : ")") << "\n";
  }
}

void PrintText(const BenchOptions& options, const Figures& figures, std::ostream& out) {
  out << options.model << ", " << options.threads << (options.threads == 1 ? " thread, " : " threads, ") << figures.isa
      << "\n"
      << std::fixed << std::setprecision(3) << "  one run   " << figures.run_ms.median << " ms (median; fastest "
      << figures.run_ms.min << ", nine in ten within " << figures.run_ms.p90 << ")\n"
      << "  load      " << figures.load_ms << " ms (open, prepare and first run)\n"
      << "  memory    arena " << BytesText(figures.arena_bytes) << ", scratch " << BytesText(figures.scratch_bytes)
      << ", weights " << BytesText(figures.weights_bytes) << " mapped, peak of the process " << std::setprecision(1)
      << figures.peak_rss_mib << " MiB\n";
  for (const converter::SlowLayer& layer : figures.slow_int8) {
    out << "  warning   " << Describe(layer) << " on this processor\n";
  }
  if (options.methods) PrintMethods(figures.methods, out);
  if (options.profile) PrintProfile(figures.profile, figures.roof, out);
}

}  // namespace

Command AddBench(const CommandLine& program) {
  const Subcommand command(program, "bench", "Measures speed and memory of a model");
  auto options = std::make_shared<BenchOptions>();
  command.Value("MODEL", &options->model, "A .linnet file").Required();
  command.Values("--shape", &options->shapes, "NAME=SIZES of an input, as in image=1x3x224x224");
  command.Value("--threads", &options->threads, "Threads to run on").Between(1, 1024);
  command.Value("--seconds", &options->seconds, "How long to measure").Between(0.0, 86400.0);
  command.Flag("--json", &options->json, "Prints one line of JSON");
  command.Flag("--profile", &options->profile, "Prints the time of each op");
  command.Flag("--methods", &options->methods,
               "Prints what the engine chose between two ways to compute the same, and the expected costs");
  command.Values("--switch", &options->switched, "NODE that is computed the other way");
  command.Flag("--no-bands", &options->no_bands, "Runs op after op, none a few rows at a time together");
  command.Flag("--exact-order", &options->exact_order, "Uses no algorithm that reorders sums (Winograd)");
  command.Value("--isa", &options->isa, "Instruction set to use, such as scalar or avx2 (before LINNET_ISA)");
  return {command, [options](const Console& console) {
            Result<Figures> figures = Measure(*options);
            if (!figures.ok()) return Fail(console.err, figures.status());
            (options->json ? PrintJson : PrintText)(*options, *figures, console.out);
            return static_cast<int>(kExitOk);
          }};
}

}  // namespace linnet::cli
