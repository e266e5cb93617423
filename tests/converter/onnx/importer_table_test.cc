#include "converter/onnx/importer_table.h"

#include <gtest/gtest.h>

namespace linnet::converter::onnx {
namespace {

TEST(ImporterTableTest, ChoosesByOpset) {
  EXPECT_NE(FindImporter("", "Resize", 10), nullptr);
  EXPECT_NE(FindImporter("", "Resize", 10), FindImporter("", "Resize", 11));
  EXPECT_EQ(FindImporter("", "Resize", 11), FindImporter("", "Resize", 1000));
  EXPECT_EQ(FindImporter("", "Resize", 9), nullptr);
}

TEST(ImporterTableTest, ChoosesByDomain) {
  EXPECT_NE(FindImporter("com.microsoft", "FusedConv", 1), nullptr);
  EXPECT_EQ(FindImporter("", "FusedConv", 17), nullptr);
  EXPECT_EQ(FindImporter("com.microsoft", "Conv", 17), nullptr);
}

}  // namespace
}  // namespace linnet::converter::onnx
