#include "kernels/cpu/block_rows.hpp"

#include <algorithm>
#include <limits>

#include "kernels/base/parallel.hpp"

namespace kanpde::kernels {

void BlockRows::clear() {
  length.clear();
  column.clear();
  value.clear();
}

void BlockRows::add(int n, const int* columns, const double* values) {
  length.push_back(n);
  column.insert(column.end(), columns, columns + n);
  value.insert(value.end(), values, values + n);
}

void BlockRows::add_sum(int n, const int* a, const double* a_value, int m, const int* b,
                        const double* b_value) {
  constexpr int none = std::numeric_limits<int>::max();
  length.push_back(0);
  for (int i = 0, k = 0; i < n || k < m;) {
    const int left = i < n ? a[i] : none, right = k < m ? b[k] : none;
    double sum = 0;
    if (left <= right) sum += a_value[i++];
    if (right <= left) sum += b_value[k++];
    append(std::min(left, right), sum);
  }
}

void BlockRows::append(int one_column, double one_value) {
  ++length.back();
  column.push_back(one_column);
  value.push_back(one_value);
}

void gather(const std::vector<BlockRows>& blocks, const std::vector<BlockPlace>& places, long rows,
            SparseRows& j) {
  const auto each_equation = [&](std::size_t b, auto body) {
    for (int e = 0; e < places[b].equations; ++e)
      body(places[b].row + e * places[b].step, e * places[b].points);
  };
  j.begin.assign(std::size_t(rows) + 1, 0);
  for (std::size_t b = 0; b < blocks.size(); ++b)
    each_equation(b, [&](long row, int first) {
      std::copy_n(blocks[b].length.data() + first, places[b].points, j.begin.data() + row + 1);
    });
  for (long i = 0; i < rows; ++i) j.begin[i + 1] += j.begin[i];
  j.column.resize(std::size_t(j.begin.back()));
  j.value.resize(std::size_t(j.begin.back()));
  threads().run(int(blocks.size()), [&](int b, int) {
    std::int64_t from = 0;
    each_equation(std::size_t(b), [&](long row, int) {
      const std::int64_t to = j.begin[row], count = j.begin[row + places[b].points] - to;
      std::copy_n(blocks[b].column.data() + from, count, j.column.data() + to);
      std::copy_n(blocks[b].value.data() + from, count, j.value.data() + to);
      from += count;
    });
  });
}

}  // namespace kanpde::kernels
