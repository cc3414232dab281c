/// output/matlab/mat_file.hpp: files built here byte by byte, and one that SciPy wrote.

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>

#include "kernels/base/error.hpp"
#include "output/matlab/mat_file.hpp"
#include "tests/units/output/scratch.hpp"

namespace kanpde::output {
namespace {

/// Bytes of numbers in either order.
struct Writer {
  bool swapped = false;
  std::string bytes;

  template <class T>
  Writer& add(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    if (swapped) std::reverse(raw, raw + sizeof(T));
    bytes.append(raw, sizeof(T));
    return *this;
  }
  Writer& add(const std::string& text) {
    bytes += text;
    return *this;
  }
  template <class T>
  Writer& element(std::uint32_t type, const std::vector<T>& values) {
    add(type).add(std::uint32_t(values.size() * sizeof(T)));
    for (const T value : values) add(value);
    while (bytes.size() % 8) bytes += '\0';
    return *this;
  }
  Writer& element(std::uint32_t type, const std::string& text) {
    return element(type, std::vector<char>(text.begin(), text.end()));
  }
};

std::string header(bool swapped = false, const std::string& text = "MATLAB 5.0 MAT-file, by hand") {
  Writer w{swapped, text};
  w.bytes.resize(124, ' ');
  return w.add(std::uint16_t(0x0100)).add(std::uint16_t('M' << 8 | 'I')).bytes;
}

/// A matrix element: flags, dimensions, name, then `parts`.
std::string matrix(bool swapped, std::uint32_t kind, const std::vector<std::int32_t>& shape,
                   const std::string& name, const std::string& parts) {
  Writer body{swapped, {}};
  body.element(6, std::vector<std::uint32_t>{kind, 0})
      .element(5, shape)
      .element(1, name)
      .add(parts);
  return Writer{swapped, {}}
      .add(std::uint32_t(14))
      .add(std::uint32_t(body.bytes.size()))
      .add(body.bytes)
      .bytes;
}

std::string doubles(const std::vector<double>& values, bool swapped = false) {
  return Writer{swapped, {}}.element(9, values).bytes;
}

std::string deflated(const std::string& bytes) {
  std::string out(compressBound(bytes.size()), '\0');
  uLongf size = out.size();
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &size,
                     reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
            Z_OK);
  out.resize(size);
  return Writer{}.add(std::uint32_t(15)).add(std::uint32_t(size)).add(out).bytes;
}

class MatFile : public Scratch {
 protected:
  std::vector<MatArray> read(const std::string& bytes) {
    put(file(), bytes);
    return read_mat(file());
  }
  std::string refusal(const std::string& bytes) {
    try {
      read(bytes);
    } catch (const InputError& error) {
      EXPECT_EQ(error.where().file, file().string());
      return error.what();
    }
    ADD_FAILURE() << "was read";
    return "";
  }

  std::filesystem::path file() const { return path("a.mat"); }
};

/// 2 x 3 with rows 1 2 3 and 4 5 6, first index fastest.
const std::vector<double> by_columns = {1, 4, 2, 5, 3, 6}, by_rows = {1, 2, 3, 4, 5, 6};

TEST_F(MatFile, TurnsColumnsIntoRows) {
  for (const bool swapped : {false, true}) {
    const auto arrays =
        read(header(swapped) + matrix(swapped, 6, {2, 3}, "matrix", doubles(by_columns, swapped)));
    ASSERT_EQ(arrays.size(), 1u);
    EXPECT_EQ(arrays[0].name, "matrix");
    EXPECT_EQ(arrays[0].shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(arrays[0].values, by_rows);
  }
}

TEST_F(MatFile, ReadsCompressedArraysBesidePlainOnes) {
  std::vector<double> many(3000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = double(i % 7) / 3;
  const auto arrays = read(header() + deflated(matrix(false, 6, {3000, 1}, "many", doubles(many))) +
                           matrix(false, 6, {1, 1}, "one", doubles({2.5})));
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_EQ(arrays[0].values, many);
  EXPECT_EQ(arrays[1].values, std::vector<double>{2.5});
}

TEST_F(MatFile, ReadsNumbersThatAreStoredSmaller) {
  // a double array whose values are stored as bytes, in a small element: size and type in one word
  const std::string small =
      Writer{}.add(std::uint32_t(3 << 16 | 2)).add(std::string("\x07\x08\xFF\0", 4)).bytes;
  const auto arrays = read(
      header() + matrix(false, 6, {1, 3}, "b", small) +
      matrix(false, 7, {2, 1}, "f", Writer{}.element(7, std::vector<float>{0.5f, -2}).bytes) +
      matrix(false, 14, {1, 1}, "i", Writer{}.element(12, std::vector<std::int64_t>{-9}).bytes));
  ASSERT_EQ(arrays.size(), 3u);
  EXPECT_EQ(arrays[0].values, (std::vector<double>{7, 8, 255}));
  EXPECT_EQ(arrays[1].values, (std::vector<double>{0.5, -2}));
  EXPECT_EQ(arrays[2].values, std::vector<double>{-9});
}

TEST_F(MatFile, LeavesTextsAndCellsOut) {
  const auto arrays =
      read(header() +
           matrix(false, 4, {1, 2}, "text", Writer{}.element(4, std::string("a\0b\0", 4)).bytes) +
           matrix(false, 1, {1, 1}, "cell", matrix(false, 6, {1, 1}, "", doubles({1}))) +
           matrix(false, 6, {1, 1}, "u", doubles({3})));
  ASSERT_EQ(arrays.size(), 1u);
  EXPECT_EQ(arrays[0].name, "u");
}

/// savemat(..., do_compression=True, oned_as="row") of SciPy 1.17.1, without its header:
/// x = [0, 0.5, 2], t = [[1], [3]], usol = [[1.5, -2], [3, 4], [5, 6.25]], z = [[1 + 2i]],
/// k = int32 [[7, -300]], a text and a cell.
const char* const from_scipy =
    "0f0000002c000000789ce3636060f000623620e680d220c00ae533023133986664a800d29c402cc1800e"
    "1ed843190e0042f102760f0000002d000000789ce36360607000623620e680d220c00ae5330131231833"
    "329400694e20166080810ff6109ac30100379902790f0000003d000000789ce36360604800623620e680"
    "d220c00ae533033113103332b0309416e7e77002d9060c30f0c31e42733840681128cd7000420940f992"
    "0e0000a705d20f0000002b000000789ce3636060f000623620e600d120020858a17c46386664a802d29c"
    "507108f8608fca677000004e21028f0f0000002b000000789ce3636060b000623620e600621e06086085"
    "f2198198094c3332642389b303f1957fffff03002b0904c20f00000028000000789ce363606030006236"
    "20e600621606086085f219a1628c40580ca40580bc92d48a12001c8d02b10f0000003e000000789ce363"
    "60605800c46c40cc01c48c0c10c08ac46702d38c0cc9409a0f882d90d4f36151cf88640e0f9ab920f506"
    "48fa5908e81700b212813400fe14028c";

TEST_F(MatFile, ReadsWhatSciPyWrites) {
  std::string bytes = header();
  for (const char* at = from_scipy; *at; at += 2)
    bytes += char(std::stoi(std::string(at, 2), nullptr, 16));
  std::map<std::string, MatArray> arrays;
  for (const MatArray& array : read(bytes)) arrays[array.name] = array;
  ASSERT_EQ(arrays.size(), 6u);
  EXPECT_EQ(arrays["x"].shape, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(arrays["x"].values, (std::vector<double>{0, 0.5, 2}));
  EXPECT_EQ(arrays["t"].values, (std::vector<double>{1, 3}));
  EXPECT_EQ(arrays["usol"].shape, (std::vector<std::size_t>{3, 2}));
  EXPECT_EQ(arrays["usol"].values, (std::vector<double>{1.5, -2, 3, 4, 5, 6.25}));
  EXPECT_EQ(arrays["z_real"].values, std::vector<double>{1});
  EXPECT_EQ(arrays["z_imag"].values, std::vector<double>{2});
  EXPECT_EQ(arrays["k"].values, (std::vector<double>{7, -300}));
}

TEST_F(MatFile, RefusesOtherAndDamagedFiles) {
  const std::string plain = matrix(false, 6, {2, 3}, "u", doubles(by_columns));
  EXPECT_THROW(read_mat(path("none.mat")), InputError);
  EXPECT_NE(refusal("MATLAB").find("shorter"), std::string::npos);
  EXPECT_NE(refusal(std::string(200, '\0')).find("no MATLAB file"), std::string::npos);
  EXPECT_NE(refusal(header() + matrix(false, 6, {2, 4}, "u", doubles(by_columns)))
                .find("'u' is 2 x 4 but has 6 values"),
            std::string::npos);
  EXPECT_NE(
      refusal(header() + matrix(false, 6, {2, -3}, "u", doubles(by_columns))).find("negative"),
      std::string::npos);
  EXPECT_NE(refusal(header() + matrix(false, 6, {2, 3}, "u", Writer{}.element(8, by_columns).bytes))
                .find("unknown type 8"),
            std::string::npos);
  std::string broken = deflated(plain);
  broken[broken.size() / 2] ^= 0x55;
  EXPECT_NE(refusal(header() + broken).find("cannot be read"), std::string::npos);
  const std::string whole = header() + plain;
  for (std::size_t n = 129; n + 1 < whole.size(); n += 3) refusal(whole.substr(0, n));
}

TEST_F(MatFile, TellsVersion73Apart) {
  put(file(), header(false, "MATLAB 7.3 MAT-file"));
  EXPECT_TRUE(is_mat_73(file()));
  put(file(), header());
  EXPECT_FALSE(is_mat_73(file()));
}

}  // namespace
}  // namespace kanpde::output
