#include "solver/optimizer/narrow_order.hpp"

#include <algorithm>
#include <numeric>

namespace kanpde::solver {

namespace {

/// The rows of each column.
struct RowsOfColumns {
  explicit RowsOfColumns(const SparseRows& A) : begin(A.columns + 1, 0), row(A.column.size()) {
    for (int c : A.column) ++begin[c + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::int64_t> next(begin.begin(), begin.end() - 1);
    for (int i = 0; i < A.rows(); ++i)
      for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) row[next[A.column[k]]++] = i;
  }
  std::vector<std::int64_t> begin;
  std::vector<int> row;
};

class Search {
 public:
  explicit Search(const SparseRows& A)
      : A_(A), rows_of_(A), met_(A.columns, false), seen_(A.rows(), false) {}

  /// Appends all that is connected with the column.
  void from(int column, std::vector<int>& order) {
    std::size_t next = order.size();
    meet(column, order);
    for (; next < order.size(); ++next) expand(order[next], order);
  }

  /// Forgets what was met.
  void forget(const std::vector<int>& order, std::size_t begin) {
    for (std::size_t k = begin; k < order.size(); ++k) {
      met_[order[k]] = false;
      for (auto r = rows_of_.begin[order[k]]; r < rows_of_.begin[order[k] + 1]; ++r)
        seen_[rows_of_.row[r]] = false;
    }
  }

  bool is_met(int column) const { return met_[column]; }

 private:
  void meet(int column, std::vector<int>& order) {
    met_[column] = true;
    order.push_back(column);
  }

  void expand(int column, std::vector<int>& order) {
    fresh_.clear();
    for (auto r = rows_of_.begin[column]; r < rows_of_.begin[column + 1]; ++r) {
      const int i = rows_of_.row[r];
      if (seen_[i]) continue;
      seen_[i] = true;
      const auto count =
          std::count_if(A_.column.begin() + A_.begin[i], A_.column.begin() + A_.begin[i + 1],
                        [this](int c) { return !met_[c]; });
      if (count > 0) fresh_.emplace_back(int(count), i);
    }
    std::sort(fresh_.begin(), fresh_.end());
    for (const auto& [count, i] : fresh_)
      for (auto k = A_.begin[i]; k < A_.begin[i + 1]; ++k)
        if (!met_[A_.column[k]]) meet(A_.column[k], order);
  }

  const SparseRows& A_;
  RowsOfColumns rows_of_;
  std::vector<char> met_, seen_;
  std::vector<std::pair<int, int>> fresh_;  // new columns of a row, row
};

}  // namespace

std::vector<int> narrow_order(const SparseRows& A) {
  Search search(A);
  std::vector<int> order;
  order.reserve(A.columns);
  for (int c = 0; c < A.columns; ++c) {
    if (search.is_met(c)) continue;
    const std::size_t begin = order.size();
    int end = c;
    for (int sweep = 0; sweep < 2; ++sweep) {  // the last column met lies at an end
      search.from(end, order);
      end = order.back();
      search.forget(order, begin);
      order.resize(begin);
    }
    search.from(end, order);
  }
  return order;
}

}  // namespace kanpde::solver
