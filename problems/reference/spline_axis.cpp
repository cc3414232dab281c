#include "problems/reference/spline_axis.hpp"

#include <algorithm>
#include <cmath>

namespace kanpde::problems {

SplineAxis::SplineAxis(int degree, std::vector<double> breaks)
    : degree_(degree), breaks_(std::move(breaks)) {
  knots_.assign(degree, breaks_.front());
  knots_.insert(knots_.end(), breaks_.begin(), breaks_.end());
  knots_.insert(knots_.end(), degree, breaks_.back());
}

int SplineAxis::span_of(double x) const {
  const int above = int(std::upper_bound(breaks_.begin(), breaks_.end(), x) - breaks_.begin());
  return std::clamp(above - 1, 0, spans() - 1);
}

// The values of degree d - k give derivative k: differences of their neighbours, k times.
void SplineAxis::evaluate(int span, double x, int orders, double* out) const {
  const int d = degree_, at = span + d;             // knots_[at] <= x < knots_[at + 1]
  std::vector<std::vector<double>> values = {{1}};  // of degree 0, 1, ..., d
  for (int p = 1; p <= d; ++p) {
    std::vector<double> next(p + 1, 0);
    for (int a = 0; a < p; ++a) {
      const double left = knots_[at - p + 1 + a], right = knots_[at + 1 + a];
      const double part = values.back()[a] / (right - left);
      next[a] += (right - x) * part;
      next[a + 1] += (x - left) * part;
    }
    values.push_back(std::move(next));
  }
  for (int k = 0; k < orders; ++k) {
    std::vector<double> now = k <= d ? values[d - k] : std::vector<double>(1, 0.0);
    for (int p = std::max(d - k, 0) + 1; p <= d; ++p) {
      std::vector<double> next(p + 1, 0);
      for (int a = 0; a < p; ++a) {
        const double part = k <= d ? p * now[a] / (knots_[at + 1 + a] - knots_[at - p + 1 + a]) : 0;
        next[a] -= part;
        next[a + 1] += part;
      }
      now = std::move(next);
    }
    std::copy(now.begin(), now.end(), out + k * (d + 1));
  }
}

std::vector<double> SplineAxis::greville() const {
  std::vector<double> points;
  for (int i = 0; i < size(); ++i) {
    double sum = 0;
    for (int k = 1; k <= degree_; ++k) sum += knots_[i + k];
    points.push_back(sum / degree_);
  }
  points.front() = breaks_.front(), points.back() = breaks_.back();
  return points;
}

std::vector<double> graded_breaks(const Grading& grading) {
  std::vector<double> half = {0};
  double h = grading.first;
  while (half.back() + 1.5 * h < 0.5) {
    half.push_back(half.back() + h);
    h = std::min(h * (h < 1e-3 ? grading.corner_ratio : grading.ratio), grading.largest);
  }
  std::vector<double> breaks = half;
  breaks.push_back(0.5);
  for (auto x = half.rbegin(); x != half.rend(); ++x) breaks.push_back(1 - *x);
  return breaks;
}

}  // namespace kanpde::problems
