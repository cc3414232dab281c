/// Format: MathWorks, MAT-File Format, chapter 1 (level 5). A header of 128 bytes, then elements: a
/// tag with type and size, then data, padded to 8 bytes.

#include "output/matlab/mat_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <span>
#include <string_view>

#include "kernels/base/error.hpp"

namespace kanpde::output {
namespace fs = std::filesystem;
namespace {

using Bytes = std::span<const char>;
constexpr std::size_t header_size = 128, text_size = 116;
constexpr std::size_t largest = std::size_t(1) << 32;  ///< bytes of one array

/// Types of data elements.
enum Type : std::uint32_t {
  int8 = 1,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  single_precision,
  double_precision = 9,
  int64 = 12,
  uint64,
  matrix,
  compressed
};
/// Classes of arrays: double to uint64 are full and numeric.
constexpr int first_numeric = 6, last_numeric = 15;

struct Damaged {
  std::string why;
};

template <class T>
T read_as(const char* at, bool swapped) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, at, sizeof(T));
  if (swapped) std::reverse(bytes, bytes + sizeof(T));
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

struct Element {
  std::uint32_t type = 0;
  Bytes data;
};

/// Takes elements off the front of some bytes.
class Elements {
 public:
  Elements(Bytes bytes, bool swapped) : bytes_(bytes), swapped_(swapped) {}
  bool empty() const { return bytes_.empty(); }

  Element next() {
    if (bytes_.size() < 8) throw Damaged{"an element is cut off"};
    const auto word = read_as<std::uint32_t>(bytes_.data(), swapped_);
    if (word >> 16) {  // a small element: size, type and up to 4 bytes in 8
      if (word >> 16 > 4) throw Damaged{"an element has an impossible size"};
      const Element element{word & 0xFFFF, bytes_.subspan(4, word >> 16)};
      bytes_ = bytes_.subspan(8);
      return element;
    }
    const std::size_t size = read_as<std::uint32_t>(bytes_.data() + 4, swapped_);
    if (size > bytes_.size() - 8) throw Damaged{"an element is cut off"};
    const std::size_t padded = word == compressed ? size : (size + 7) / 8 * 8;
    const Element element{word, bytes_.subspan(8, size)};
    bytes_ = bytes_.subspan(std::min(bytes_.size(), 8 + padded));
    return element;
  }

 private:
  Bytes bytes_;
  bool swapped_;
};

std::string inflated(Bytes data) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = uInt(data.size());
  std::string out(std::max<std::size_t>(4 * data.size(), 4096), '\0');
  int status = Z_OK;
  while (status == Z_OK && stream.total_out < largest) {
    if (stream.total_out == out.size()) out.resize(2 * out.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + stream.total_out);
    stream.avail_out = uInt(std::min(out.size() - stream.total_out, std::size_t(1) << 30));
    status = inflate(&stream, Z_NO_FLUSH);
  }
  out.resize(stream.total_out);
  inflateEnd(&stream);
  if (status != Z_STREAM_END) throw Damaged{"a compressed element cannot be read"};
  return out;
}

template <class T>
std::vector<double> numbers_as(Bytes data, bool swapped) {
  std::vector<double> out(data.size() / sizeof(T));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = double(read_as<T>(data.data() + i * sizeof(T), swapped));
  return out;
}

/// Numbers may be stored in a smaller type than their array's.
std::vector<double> numbers(const Element& element, bool swapped) {
  switch (element.type) {
    case int8:
      return numbers_as<std::int8_t>(element.data, swapped);
    case uint8:
      return numbers_as<std::uint8_t>(element.data, swapped);
    case int16:
      return numbers_as<std::int16_t>(element.data, swapped);
    case uint16:
      return numbers_as<std::uint16_t>(element.data, swapped);
    case int32:
      return numbers_as<std::int32_t>(element.data, swapped);
    case uint32:
      return numbers_as<std::uint32_t>(element.data, swapped);
    case single_precision:
      return numbers_as<float>(element.data, swapped);
    case double_precision:
      return numbers_as<double>(element.data, swapped);
    case int64:
      return numbers_as<std::int64_t>(element.data, swapped);
    case uint64:
      return numbers_as<std::uint64_t>(element.data, swapped);
    default:
      throw Damaged{fmt::format("an array has numbers of the unknown type {}", element.type)};
  }
}

/// From first index fastest to last index fastest.
std::vector<double> transposed(const std::vector<double>& from,
                               const std::vector<std::size_t>& shape) {
  std::vector<double> to(from.size());
  std::vector<std::size_t> index(shape.size());
  for (const double value : from) {
    std::size_t at = 0;
    for (std::size_t a = 0; a < shape.size(); ++a) at = at * shape[a] + index[a];
    to[at] = value;
    for (std::size_t a = 0; a < shape.size() && ++index[a] == shape[a]; ++a) index[a] = 0;
  }
  return to;
}

std::vector<double> part_of(Elements& elements, const MatArray& array, bool swapped) {
  const std::vector<double> values = numbers(elements.next(), swapped);
  std::size_t size = 1;
  for (const std::size_t n : array.shape) {
    if (n > 0 && size > largest / n) throw Damaged{"an array has an impossible size"};
    size *= n;
  }
  if (values.size() != size)
    throw Damaged{fmt::format("the array '{}' is {} but has {} values", array.name,
                              fmt::join(array.shape, " x "), values.size())};
  return transposed(values, array.shape);
}

void read_matrix(Bytes data, bool swapped, std::vector<MatArray>& arrays) {
  if (data.empty()) return;
  Elements elements(data, swapped);
  const Element flags = elements.next();
  if (flags.type != uint32 || flags.data.size() != 8) throw Damaged{"an array lacks its flags"};
  const auto word = read_as<std::uint32_t>(flags.data.data(), swapped);
  const int kind = int(word & 0xFF);
  const bool is_complex = word & 0x800;
  if (kind < first_numeric || kind > last_numeric) return;
  MatArray array;
  for (const double n : numbers(elements.next(), swapped)) {
    if (n < 0) throw Damaged{"an array has a negative size"};
    array.shape.push_back(std::size_t(n));
  }
  const Element name = elements.next();
  array.name.assign(name.data.data(), name.data.size());
  array.values = part_of(elements, array, swapped);
  if (is_complex) {
    MatArray imaginary = array;
    imaginary.values = part_of(elements, array, swapped);
    imaginary.name += "_imag";
    array.name += "_real";
    arrays.push_back(std::move(imaginary));
  }
  arrays.push_back(std::move(array));
}

std::string read_bytes(const fs::path& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  if (count == std::string::npos) {
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  } else {
    bytes.resize(count);
    file.read(bytes.data(), std::streamsize(count));
    bytes.resize(std::size_t(file.gcount()));
  }
  return bytes;
}

/// Whether the bytes have the other order than this machine. Throws Damaged for other headers.
bool is_swapped(std::string_view bytes) {
  if (bytes.size() < header_size) throw Damaged{"is shorter than the header of a MATLAB file"};
  const auto order = read_as<std::uint16_t>(bytes.data() + header_size - 2, false);
  constexpr std::uint16_t mine = 'M' << 8 | 'I', other = 'I' << 8 | 'M';
  if ((order != mine && order != other) || !bytes.starts_with("MATLAB 5.0"))
    throw Damaged{"is no MATLAB file of level 5 or 7.3"};
  return order == other;
}

std::vector<MatArray> arrays_of(std::string_view bytes) {
  const bool swapped = is_swapped(bytes);
  std::vector<MatArray> arrays;
  for (Elements elements(Bytes(bytes).subspan(header_size), swapped); !elements.empty();) {
    const Element element = elements.next();
    if (element.type == matrix) read_matrix(element.data, swapped, arrays);
    if (element.type != compressed) continue;
    const std::string whole = inflated(element.data);
    const Element inner = Elements(whole, swapped).next();
    if (inner.type == matrix) read_matrix(inner.data, swapped, arrays);
  }
  return arrays;
}

}  // namespace

bool is_mat_73(const fs::path& path) {
  return read_bytes(path, text_size).starts_with("MATLAB 7.3");
}

std::vector<MatArray> read_mat(const fs::path& path) {
  const SourceLocation where{path.string(), 0, 0};
  if (!fs::exists(path)) throw InputError(where, "no such file");
  if (!fs::is_regular_file(path)) throw InputError(where, "is not a file");
  try {
    return arrays_of(read_bytes(path, std::string::npos));
  } catch (const Damaged& damaged) {
    throw InputError(where, fmt::format("cannot be read: {}", damaged.why));
  }
}

}  // namespace kanpde::output
