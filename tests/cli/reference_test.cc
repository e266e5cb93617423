#include "cli/reference.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "cli/npy.h"
#include "cli_test.h"

namespace linnet::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// ONNX Runtime may not be installed: a shell script stands for Python, and copies a prepared file to where the output
// of the reference is expected. Its arguments are -c, the script, the model, the folder, the names.
class ReferenceTest : public CliTest {
 protected:
  ~ReferenceTest() override { unsetenv("LINNET_PYTHON"); }
  void StandForPython(const std::string& body) const {
    const std::string path = WriteText("python", "#!/bin/sh\n" + body + "\n");
    chmod(path.c_str(), 0755);
    setenv("LINNET_PYTHON", path.c_str(), 1);
  }
  // y = relu(x) at x = [-1, 2].
  Outcome Convert() const {
    GraphSpec graph;
    graph.nodes = {NodeMessage("Relu", {"x"}, {"y"})};
    graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {2})};
    graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {2})};
    const std::string model = WriteText("relu.onnx", graph.EncodeModel().data());
    WriteFloats("x.npy", {2}, {-1, 2});
    return RunCli(
        {"convert", model, "-o", Path("relu.linnet"), "--reference", "onnxruntime", "--sample", "x=" + Path("x.npy")});
  }
  void WriteFloats(const std::string& name, const Shape& shape, const std::vector<float>& values) const {
    EXPECT_TRUE(cli::WriteNpy(Path(name), ElementType::kFloat32, shape, values.data(), values.size() * 4).ok());
  }
  bool Written() const { return std::filesystem::exists(Path("relu.linnet")); }
};

TEST_F(ReferenceTest, AgreementConverts) {
  WriteFloats("expected.npy", {2}, {0, 2});
  StandForPython("test \"$5\" = x && test \"$6\" = -- && test \"$7\" = y && cmp \"$4/input_0.npy\" " + Path("x.npy") +
                 " && cp " + Path("expected.npy") + " \"$4/expected_0.npy\"");
  const Outcome outcome = Convert();
  EXPECT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("reference   largest error 0 "));
  EXPECT_TRUE(Written());
}

TEST_F(ReferenceTest, ADifferenceIsAMismatch) {
  StandForPython("cp " + Path("expected.npy") + " \"$4/expected_0.npy\"");
  WriteFloats("expected.npy", {2}, {0, 2.1f});
  const Outcome value = Convert();
  EXPECT_EQ(value.status, cli::kExitMismatch);
  EXPECT_THAT(value.err, HasSubstr("differs from ONNX Runtime"));
  EXPECT_FALSE(Written());
  WriteFloats("expected.npy", {2, 1}, {0, 2});
  EXPECT_EQ(Convert().status, cli::kExitMismatch) << "another shape";
}

TEST_F(ReferenceTest, WithoutPythonOrPackagesItSaysWhatToInstall) {
  StandForPython("exit 1");
  const Outcome packages = Convert();
  EXPECT_EQ(packages.status, cli::kExitIo);
  EXPECT_THAT(packages.err, HasSubstr("needs the packages onnxruntime and numpy"));
  setenv("LINNET_PYTHON", Path("no_python").c_str(), 1);
  const Outcome python = Convert();
  EXPECT_EQ(python.status, cli::kExitIo);
  EXPECT_THAT(python.err, HasSubstr("LINNET_PYTHON"));
  EXPECT_FALSE(Written());
}

}  // namespace
}  // namespace linnet::testing
