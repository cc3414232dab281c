#include "kan/symbolic/library.hpp"

#include <cmath>
#include <numbers>

#include "kernels/operations.hpp"

namespace kanpde::kan {

namespace {

using Argument = EdgeFunction::Argument;

template <class F, class D>
EdgeFunction make(const char* name, const char* text, double complexity, Argument argument, F f,
                  D df, double low = -1e300, double high = 1e300) {
  const auto values = [f, df](std::span<const double> z, double* y, double* dy) {
    for (std::size_t p = 0; p < z.size(); ++p) y[p] = f(z[p]), dy[p] = df(z[p]);
  };
  return {name, text, complexity, argument, values, low, high};
}

double gaussian(double z) { return std::exp(-z * z); }
double square(double z) { return z * z; }
double sech(double z) { return 1 / std::cosh(z); }

std::vector<EdgeFunction> powers() {
  return {
      make(
          "x", "z", 1, Argument::none, [](double z) { return z; }, [](double) { return 1.0; }),
      make("x^2", "z^2", 1.5, Argument::shift, square, [](double z) { return 2 * z; }),
      make(
          "x^3", "z^3", 3, Argument::shift, [](double z) { return z * z * z; },
          [](double z) { return 3 * z * z; }),
      make(
          "x^4", "z^4", 3, Argument::shift, [](double z) { return square(z * z); },
          [](double z) { return 4 * z * z * z; }),
      make(
          "1/x", "1/z", 2, Argument::shift, [](double z) { return 1 / z; },
          [](double z) { return -1 / (z * z); }),
      make(
          "1/x^2", "1/z^2", 3, Argument::shift, [](double z) { return 1 / (z * z); },
          [](double z) { return -2 / (z * z * z); }),
      make(
          "sqrt", "sqrt(z)", 2, Argument::shift, [](double z) { return std::sqrt(z); },
          [](double z) { return 0.5 / std::sqrt(z); }, 0),
      make(
          "1/sqrt", "1/sqrt(z)", 3, Argument::shift, [](double z) { return 1 / std::sqrt(z); },
          [](double z) { return -0.5 / (z * std::sqrt(z)); }, 0),
      make(
          "log", "log(z)", 2, Argument::shift, [](double z) { return std::log(z); },
          [](double z) { return 1 / z; }, 0),
      make(
          "abs", "abs(z)", 2, Argument::shift, [](double z) { return std::fabs(z); },
          [](double z) { return z < 0 ? -1.0 : 1.0; }),
  };
}

std::vector<EdgeFunction> elementary() {
  const double quarter = std::numbers::pi / 2;
  return {
      make(
          "exp", "exp(z)", 2, Argument::scale, [](double z) { return std::exp(z); },
          [](double z) { return std::exp(z); }),
      make(
          "sin", "sin(z)", 2, Argument::affine, [](double z) { return std::sin(z); },
          [](double z) { return std::cos(z); }),
      make(
          "tan", "tan(z)", 3, Argument::affine, [](double z) { return std::tan(z); },
          [](double z) { return 1 + square(std::tan(z)); }, -quarter, quarter),
      make(
          "tanh", "tanh(z)", 3, Argument::affine, [](double z) { return std::tanh(z); },
          [](double z) { return 1 - square(std::tanh(z)); }),
      make(
          "atanh", "atanh(z)", 3, Argument::affine, [](double z) { return std::atanh(z); },
          [](double z) { return 1 / (1 - z * z); }, -1, 1),
      make(
          "atan", "atan(z)", 3, Argument::affine, [](double z) { return std::atan(z); },
          [](double z) { return 1 / (1 + z * z); }),
      make(
          "asin", "asin(z)", 3, Argument::affine, [](double z) { return std::asin(z); },
          [](double z) { return 1 / std::sqrt(1 - z * z); }, -1, 1),
      make(
          "sinh", "sinh(z)", 3, Argument::affine, [](double z) { return std::sinh(z); },
          [](double z) { return std::cosh(z); }),
      make(
          "cosh", "cosh(z)", 3, Argument::affine, [](double z) { return std::cosh(z); },
          [](double z) { return std::sinh(z); }),
  };
}

std::vector<EdgeFunction> special() {
  return {
      make("gaussian", "exp(-z^2)", 3, Argument::affine, gaussian,
           [](double z) { return -2 * z * gaussian(z); }),
      make("sech", "1/cosh(z)", 4, Argument::affine, sech,
           [](double z) { return -std::tanh(z) * sech(z); }),
      make(
          "sech^2", "1/cosh(z)^2", 4, Argument::affine, [](double z) { return square(sech(z)); },
          [](double z) { return -2 * std::tanh(z) * square(sech(z)); }),
      make(
          "erf", "erf(z)", 3, Argument::affine, [](double z) { return std::erf(z); },
          [](double z) { return 2 * std::numbers::inv_sqrtpi * gaussian(z); }),
      make(
          "bessel_j0", "bessel_j0(z)", 4, Argument::affine,
          [](double z) { return kernels::bessel_j0(z); },
          [](double z) { return -kernels::bessel_j1(z); }),
      make(
          "bessel_j1", "bessel_j1(z)", 4, Argument::affine,
          [](double z) { return kernels::bessel_j1(z); },
          [](double z) {
            return z == 0 ? 0.5 : kernels::bessel_j0(z) - kernels::bessel_j1(z) / z;
          }),
  };
}

}  // namespace

const std::vector<EdgeFunction>& edge_library() {
  static const std::vector<EdgeFunction> library = [] {
    std::vector<EdgeFunction> all = powers();
    for (const auto& more : {elementary(), special()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return library;
}

}  // namespace kanpde::kan
