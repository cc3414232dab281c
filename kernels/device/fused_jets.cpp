#include "kernels/device/fused_jets.hpp"

#include <fmt/format.h>

#include <numeric>

#include "kernels/device/tape_text.hpp"

namespace kanpde::kernels::device {

namespace {

class JetWriter {
 public:
  JetWriter(const JetPlan& plan, bool single_precision)
      : plan_(plan),
        single_precision_(single_precision),
        m_(std::size_t(monomial_count(plan))),
        dx_(std::size_t(plan.components())) {
    for (int c = 1; c < plan.components(); ++c) {
      m_[at(c, 1)] = fmt::format("x[{}]", c);
      dx_[std::size_t(c)] = fmt::format("dm[{}]", at(c, 1));
    }
    for (const JetDirection& d : plan.directions) add(d);
  }

  std::string text() const {
    const int components = plan_.components(), order = plan_.order();
    std::string apply = "  y[0] += e[0];\n", collect = "  a[0] = dy[0];\n", spread;
    for (int c = 1; c < components; ++c)
      for (int k = 1; k <= plan_.orders[std::size_t(c)]; ++k) {
        apply += fmt::format("  y[{}] += m[{}] * e[{}];\n", c, at(c, k), k);
        spread += fmt::format("  dm[{}] += dy[{}] * e[{}];\n", at(c, k), c, k);
      }
    for (int k = 1; k <= order; ++k) collect += fmt::format("  a[{}] = {};\n", k, column(k));
    return function("monomials", "const T* x, T* m", assignments("m", m_, 0)) +
           function("apply", "const T* m, const T* e, T* y", apply) +
           function("collect", "const T* m, const T* dy, T* a", collect) +
           function("spread", "const T* dy, const T* e, T* dm", spread) +
           function("d_monomials", "const T* x, const T* dm, T* dx", assignments("dx", dx_, 1));
  }

 private:
  std::size_t at(int c, int k) const {
    return std::size_t(std::accumulate(plan_.orders.begin(), plan_.orders.begin() + c, 0) + k - 1);
  }
  std::string number(double x) const { return literal(x, single_precision_); }

  std::string column(int k) const {
    std::string sum;
    for (int c = 1; c < plan_.components(); ++c)
      if (plan_.orders[std::size_t(c)] >= k)
        sum += fmt::format("{}m[{}] * dy[{}]", sum.empty() ? "" : " + ", at(c, k), c);
    return sum;
  }

  /// `factors` without a number is a product that begins with an x or a dm.
  void append(std::string& sum, double number_of, const std::string& factors) const {
    if (!sum.empty()) sum += " + ";
    if (number_of != 1) sum += number(number_of) + " * ";
    sum += factors;
  }

  /// What one direction adds, as add_monomials and add_d_monomials in bodies/jet.hpp.
  void add(const JetDirection& d) {
    const std::string x1 = fmt::format("x[{}]", d.first), x2 = fmt::format("x[{}]", d.first + 1),
                      x3 = fmt::format("x[{}]", d.first + 2);
    const auto times = [](auto... parts) {
      std::string product;
      ((product += (product.empty() ? "" : " * ") + std::string(parts)), ...);
      return product;
    };
    const auto term = [&](int order, int k, double factor, const std::string& value) {
      append(m_[place(d, order, k)], factor * weight(d, order), value);
    };
    const auto adjoint = [&](int to, int order, int k, double factor, const std::string& value) {
      const std::string dm = fmt::format("dm[{}]", place(d, order, k));
      append(dx_[std::size_t(d.first + to - 1)], factor * weight(d, order),
             value.empty() ? dm : value + " * " + dm);
    };
    if (d.order >= 2) {
      term(2, 2, 1, times(x1, x1));
      adjoint(1, 2, 2, 2, x1);
    }
    if (d.order >= 3) {
      term(3, 2, 3, times(x1, x2));
      term(3, 3, 1, times(x1, x1, x1));
      adjoint(1, 3, 2, 3, x2);
      adjoint(1, 3, 3, 3, times(x1, x1));
      adjoint(2, 3, 2, 3, x1);
    }
    if (d.order >= 4) {
      term(4, 2, 3, times(x2, x2));
      term(4, 2, 4, times(x1, x3));
      term(4, 3, 6, times(x1, x1, x2));
      term(4, 4, 1, times(x1, x1, x1, x1));
      adjoint(1, 4, 2, 4, x3);
      adjoint(1, 4, 3, 12, times(x1, x2));
      adjoint(1, 4, 4, 4, times(x1, x1, x1));
      adjoint(2, 4, 2, 6, x2);
      adjoint(2, 4, 3, 6, times(x1, x1));
      adjoint(3, 4, 2, 4, x1);
    }
  }

  static double weight(const JetDirection& d, int order) {
    return order == d.order ? d.weight : 1.0;
  }
  std::size_t place(const JetDirection& d, int order, int k) const {
    return at(order == d.order ? d.top : d.first + order - 1, k);
  }

  static std::string assignments(const char* name, const std::vector<std::string>& values,
                                 std::size_t first) {
    std::string text;
    for (std::size_t i = first; i < values.size(); ++i)
      text += fmt::format("  {}[{}] = {};\n", name, i, values[i]);
    return text;
  }

  static std::string function(const char* name, const char* arguments, const std::string& body) {
    return fmt::format("KANPDE_DEVICE void {}({}) {{\n{}}}\n", name, arguments, body);
  }

  const JetPlan& plan_;
  bool single_precision_;
  std::vector<std::string> m_, dx_;
};

}  // namespace

int monomial_count(const JetPlan& plan) {
  return std::accumulate(plan.orders.begin(), plan.orders.end(), 0);
}

std::string jets_text(const JetPlan& plan, bool single_precision) {
  return JetWriter(plan, single_precision).text();
}

}  // namespace kanpde::kernels::device
