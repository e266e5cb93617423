// Benchmarks of the fp32 kernels over the layers of well-known networks, for each instruction set that this processor
// has, each with its GFLOP/s and its percentage of the peak that the program measures when it starts; XNNPACK's operator
// on the same layer beside them, where it is installed.
//
//   linnet_kernel_bench [--benchmark_filter=mobilenet_v1/1x1] [--benchmark_format=json] ...   (Google Benchmark's options)
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bench/peak.h"
#include "bench/products.h"
#include "kernels/isa.h"
#if LINNET_HAVE_XNNPACK
#include "bench/xnnpack_baseline.h"
#endif

namespace linnet::bench {
namespace {

using kernels::Isa;

Peak g_peaks[kernels::kIsaCount];  // of those that are supported

// GFLOP/s of the multiply-adds as they are defined, so that Winograd's method may pass 100 %.
void Report(benchmark::State& state, double macs, Isa isa) {
  const double gflop = 2e-9 * macs;
  state.counters["GFLOP/s"] =
      benchmark::Counter(gflop * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["%peak"] =
      benchmark::Counter(100 * gflop * static_cast<double>(state.iterations()) / g_peaks[static_cast<int>(isa)].gflops,
                         benchmark::Counter::kIsRate);
}

template <typename Prepared, typename Layer>
void RunLinnet(benchmark::State& state, const Layer& layer, Isa isa) {
  const kernels::ScopedIsa scope(isa);
  Prepared product(layer);
  for (auto _ : state) {
    product.Run();
    benchmark::ClobberMemory();
  }
  Report(state, MultiplyAdds(layer), isa);
}

template <typename Prepared, typename Layer>
void Register(const std::string& name, const Layer& layer, Isa isa) {
  benchmark::RegisterBenchmark((name + "/" + kernels::IsaName(isa)).c_str(),
                               [layer, isa](benchmark::State& state) { RunLinnet<Prepared>(state, layer, isa); })
      ->Unit(benchmark::kMicrosecond);
}

#if LINNET_HAVE_XNNPACK
template <typename Layer>
void RegisterXnnpack(const Layer& layer) {
  if (MakeXnnpack(layer) == nullptr) return;
  benchmark::RegisterBenchmark((NameOf(layer) + "/xnnpack").c_str(),
                               [layer](benchmark::State& state) {
                                 const std::unique_ptr<XnnpackProduct> product = MakeXnnpack(layer);
                                 for (auto _ : state) {
                                   product->Run();
                                   benchmark::ClobberMemory();
                                 }
                                 Report(state, MultiplyAdds(layer), kernels::BestIsa());
                               })
      ->Unit(benchmark::kMicrosecond);
}
#endif

void RegisterConv(const ConvLayer& layer, Isa isa) {
  if (layer.depthwise) return Register<DepthwiseProduct>(NameOf(layer), layer, isa);
  Register<Product>(NameOf(layer), layer, isa);
  const kernels::ScopedIsa scope(isa);
  if (WinogradProduct::Gains(layer)) Register<WinogradProduct>(NameOf(layer) + "/winograd", layer, isa);
}

// The instruction sets that have fp32 kernels of their own, best first.
std::vector<Isa> SupportedIsas() {
  std::vector<Isa> isas;
  for (const Isa isa : {Isa::kAvx512, Isa::kAvx2, Isa::kSse41, Isa::kNeon, Isa::kScalar}) {
    if (kernels::IsaSupported(isa)) isas.push_back(isa);
  }
  return isas;
}

void RegisterAll() {
  const std::vector<Isa> isas = SupportedIsas();
  for (const ConvLayer& layer : ConvLayers()) {
    for (const Isa isa : isas) RegisterConv(layer, isa);
#if LINNET_HAVE_XNNPACK
    RegisterXnnpack(layer);
#endif
  }
  for (const MatMulLayer& layer : MatMulLayers()) {
    for (const Isa isa : isas) Register<Product>(NameOf(layer), layer, isa);
#if LINNET_HAVE_XNNPACK
    RegisterXnnpack(layer);
#endif
  }
}

void MeasurePeaks() {
  for (const Isa isa : SupportedIsas()) {
    const kernels::ScopedIsa scope(isa);
    const Peak peak = g_peaks[static_cast<int>(isa)] = MeasurePeak();
    benchmark::AddCustomContext(std::string("peak_") + kernels::IsaName(isa),
                                std::to_string(peak.gflops) + " GFLOP/s, " + std::to_string(peak.gbytes_per_second) +
                                    " GB/s read");
  }
  g_peaks[static_cast<int>(kernels::BestIsa())] = g_peaks[static_cast<int>(SupportedIsas().front())];
}

}  // namespace
}  // namespace linnet::bench

int main(int argc, char** argv) {
  linnet::bench::MeasurePeaks();
  linnet::bench::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
