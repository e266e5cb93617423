#include "converter/writer.h"

#include <cstring>

#include "engine/session.h"
#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

Result<WrittenModel> Write(PassTest* t) {
  EXPECT_TRUE(InferShapes(&t->graph()).ok());
  return WriteModel(t->graph());
}

TEST(WriterTest, WrittenModelLoadsRunsAndUsesItsPlan) {
  PassTest t;
  const ValueId x = t.Input({1, 4});
  t.Output(t.Op(OpCode::Relu, {t.Binary(OpCode::Add, x, t.Floats({4}, {1, 2, -3, 4}))}));
  Result<WrittenModel> written = Write(&t);
  ASSERT_TRUE(written.ok()) << written.message();
  Result<Model> model = Model::FromBuffer(written->bytes.data(), written->bytes.size());
  ASSERT_TRUE(model.ok()) << model.message();
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  EXPECT_TRUE(session->impl().prepared().plan_from_file);
  EXPECT_EQ(session->arena_bytes(), written->arena_bytes);
  float* input = session->Input(0)->data<float>();
  std::fill(input, input + 4, 1.0f);
  ASSERT_TRUE(session->Run().ok());
  const float* output = session->Output(0)->data<float>();
  EXPECT_THAT(std::vector<float>(output, output + 4), ElementsAre(2, 3, 0, 5));
}

TEST(WriterTest, EqualConstantsAreStoredOnce) {
  PassTest t;
  const ValueId x = t.Input({1, 64});
  const ValueId constant = t.Random({64});
  const Bytes shared = t.graph().value(constant).data;
  const ValueId twin = t.graph().AddConstant("twin", ElementType::kFloat32, {64}, shared);
  t.Output(t.Binary(OpCode::Mul, t.Binary(OpCode::Add, x, constant), twin));
  Result<WrittenModel> written = Write(&t);
  ASSERT_TRUE(written.ok());
  EXPECT_EQ(written->weights_bytes, 64 * sizeof(float));
}

TEST(WriterTest, EveryPlanServesItsSizes) {
  PassTest t;
  const ValueId x = t.Input({3, 4, 5}, {"rows", "columns", ""});
  t.Output(t.Op(OpCode::Softmax, {t.Binary(OpCode::Add, x, t.Random({5}))}, format::AxisT()));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  Result<WrittenModel> written = WriteModel(t.graph(), {{{"rows", 30}}, {{"rows", 7}, {"columns", 90}}});
  ASSERT_TRUE(written.ok()) << written.message();
  Result<Model> model = Model::FromBuffer(written->bytes.data(), written->bytes.size());
  ASSERT_TRUE(model.ok()) << model.message();
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  EXPECT_EQ(session->arena_bytes(), written->arena_bytes) << "the first plan is that of the default sizes";
  const auto planned = [&](const Shape& shape) {
    EXPECT_TRUE(session->Resize(0, shape).ok());
    EXPECT_TRUE(session->Run().ok());
    return session->impl().prepared().plan_from_file;
  };
  EXPECT_TRUE(planned({3, 4, 5}));
  EXPECT_TRUE(planned({30, 4, 5}));
  EXPECT_TRUE(planned({7, 90, 5}));
  EXPECT_FALSE(planned({7, 4, 5}));
  EXPECT_FALSE(planned({30, 90, 5}));
}

TEST(WriterTest, SymbolsKeepTheirNamesAndDefaults) {
  PassTest t;
  t.Output(t.Op(OpCode::Relu, {t.Input({3, 4}, {"batch", ""})}));
  Result<WrittenModel> written = Write(&t);
  ASSERT_TRUE(written.ok());
  Result<Model> model = Model::FromBuffer(written->bytes.data(), written->bytes.size());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->input(0).shape, Shape({-1, 4}));
  EXPECT_EQ(model->output(0).shape, Shape({-1, 4}));
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok());
  EXPECT_EQ(session->Input(0)->shape(), Shape({3, 4}));
  ASSERT_TRUE(session->Resize(0, {7, 4}).ok());
  EXPECT_EQ(session->Output(0)->shape(), Shape({7, 4}));
}

TEST(WriterTest, StatesAreNeitherInputsNorOutputs) {
  PassTest t;
  const ValueId x = t.Input({2});
  const ValueId state = t.Input({2});
  const ValueId next = t.Binary(OpCode::Add, x, state);
  t.Output(t.Op(OpCode::Neg, {next}));
  t.graph().states.push_back({next, state});
  Result<WrittenModel> written = Write(&t);
  ASSERT_TRUE(written.ok()) << written.message();
  Result<Model> model = Model::FromBuffer(written->bytes.data(), written->bytes.size());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->input_count(), 1);
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  for (int run = 1; run <= 3; ++run) {
    session->Input(0)->data<float>()[0] = 1;
    session->Input(0)->data<float>()[1] = 2;
    ASSERT_TRUE(session->Run().ok());
    EXPECT_EQ(session->Output(0)->data<float>()[0], -1.0f * run);
    EXPECT_EQ(session->Output(0)->data<float>()[1], -2.0f * run);
  }
}

}  // namespace
}  // namespace linnet::converter
