#include "converter/passes/passes.h"

namespace linnet::converter {

const std::vector<Pass>& OptimizePasses() {
  static const std::vector<Pass> passes = {
      {"fold constants", FoldConstants},
      {"remove identities", RemoveIdentities},
      // Before the layout: what Q and DQ separate would hide from it, and int8 weights would be folded away.
      {"canonicalise quantisation", CanonicalizeQuantization},
      {"remove quantise pairs", RemoveQuantizePairs},
      {"sink scales of weights", SinkWeightScales},
      {"remove duplicates", RemoveDuplicates},
      // Spelled-out activations and norms are found before the layout changes their constants, and once more after
      // scales and pads have gone.
      {"recognise patterns", RecognizePatterns},
      // Before the layout pass, which would try to spare the transposes of heads in its own way.
      {"fuse heads", FuseHeads},
      {"layout", OptimizeLayout},
      {"remove identities", RemoveIdentities},
      {"fold pads", FoldPads},
      {"fold scales", FoldScales},
      {"recognise patterns", RecognizePatterns},
      {"fuse activations", FuseActivations},
  };
  return passes;
}

const std::vector<Pass>& FinishPasses() {
  static const std::vector<Pass> passes = {
      {"remove quantise pairs", RemoveQuantizePairs},
      {"sink scales of weights", SinkWeightScales},
      {"sink DequantizeLinear", SinkDequantize},
      {"raise QuantizeLinear", RaiseQuantize},
      {"int8 products", FoldQuantizedProducts},
      {"int8 tables", FoldQuantizedTables},
      {"int8 ops", FoldQuantizedOps},
      {"int8 tables", FoldQuantizedTables},
      {"int8 clamps", FuseQuantizedClamps},
      {"what stays in float", ReportFloat},
      {"fold weights", FoldDequantized},
      // Not before: an int8 convolution and the sum behind it stay apart. An activation of the sum comes with it.
      {"fuse residuals", FuseResiduals},
      {"fuse activations", FuseActivations},
      {"merge transposed columns", MergeTransposedColumns},
      {"reshape transposes", ReshapeTransposes},
      {"remove identities", RemoveIdentities},
      {"fold constants", FoldConstants},
      {"remove dead code", RemoveDeadCode},
      {"pack constants", PackConstants},
      {"remove dead code", RemoveDeadCode},
  };
  return passes;
}

const std::vector<Pass>& AllPasses() {
  static const auto* passes = [] {
    auto* all = new std::vector<Pass>(OptimizePasses());
    all->insert(all->end(), FinishPasses().begin(), FinishPasses().end());
    return all;
  }();
  return *passes;
}

}  // namespace linnet::converter
