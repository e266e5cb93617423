#include "cli/npz.h"

#include "cli/npy.h"
#include "converter/tensor_values.h"
#include "tests/cli/cli_test.h"

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<uint8_t>;

void Append(uint64_t number, int bytes, Bytes* to) {
  for (int i = 0; i < bytes; ++i) to->push_back(static_cast<uint8_t>(number >> (8 * i)));
}

// A zip archive with members that are stored as they are.
Bytes Zip(const std::vector<std::pair<std::string, Bytes>>& members, int method = 0) {
  Bytes file, directory;
  for (const auto& [name, content] : members) {
    const uint64_t at = file.size();
    for (Bytes* to : {&file, &directory}) {
      const bool local = to == &file;
      Append(local ? 0x04034b50 : 0x02014b50, 4, to);
      if (!local) Append(20, 2, to);
      Append(20, 2, to);                          // version
      Append(0, 2, to);                           // flags
      Append(static_cast<uint64_t>(method), 2, to);
      Append(0, 8, to);                           // time, date, checksum
      Append(content.size(), 4, to);
      Append(content.size(), 4, to);
      Append(name.size(), 2, to);
      Append(0, 2, to);
      if (!local) Append(0, 10, to);              // comment, disk, attributes
      if (!local) Append(at, 4, to);
      to->insert(to->end(), name.begin(), name.end());
      if (local) to->insert(to->end(), content.begin(), content.end());
    }
  }
  const uint64_t start = file.size(), size = directory.size();
  file.insert(file.end(), directory.begin(), directory.end());
  Append(0x06054b50, 4, &file);
  Append(0, 4, &file);
  Append(members.size(), 2, &file);
  Append(members.size(), 2, &file);
  Append(size, 4, &file);
  Append(start, 4, &file);
  Append(0, 2, &file);
  return file;
}

Bytes Npy(const std::vector<float>& values) {
  return FormatNpy(ElementType::kFloat32, {static_cast<int64_t>(values.size())}, values.data(),
                   values.size() * sizeof(float));
}

TEST(NpzTest, ReadsStoredArraysByName) {
  auto arrays = ParseNpz(Zip({{"a.npy", Npy({1, 2})}, {"b.npy", Npy({3})}}), "x.npz");
  ASSERT_TRUE(arrays.ok()) << arrays.status().message();
  ASSERT_EQ(arrays->size(), 2u);
  EXPECT_EQ((*arrays)[0].name, "a");
  EXPECT_EQ((*arrays)[0].shape, Shape({2}));
  EXPECT_EQ((*arrays)[1].name, "b");
}

TEST(NpzTest, ReadsDeflatedArrays) {
  auto arrays = ReadNpz(std::string(LINNET_SOURCE_DIR) + "/examples/digits/held_out.npz");
  ASSERT_TRUE(arrays.ok()) << arrays.status().message();
  ASSERT_EQ(arrays->size(), 2u);
  EXPECT_EQ((*arrays)[0].name, "image");
  EXPECT_EQ((*arrays)[0].shape, Shape({359, 1, 8, 8}));
  EXPECT_EQ((*arrays)[1].type, ElementType::kInt64);
}

TEST(NpzTest, DamagedFilesAreErrors) {
  const Bytes whole = Zip({{"a.npy", Npy({1, 2})}});
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseNpz(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), "x.npz").ok()) << size;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    Bytes damaged = whole;
    damaged[i] ^= 0x81;
    ParseNpz(damaged, "x.npz").ok();  // any answer but a crash
  }
  EXPECT_THAT(ParseNpz({1, 2, 3}, "x.npz").status().message(), HasSubstr("'x.npz'"));
  EXPECT_THAT(ParseNpz(Zip({{"a.npy", Npy({1})}}, /*method=*/12), "x.npz").status().message(), HasSubstr("cannot be unpacked"));
}

}  // namespace
}  // namespace linnet::cli
