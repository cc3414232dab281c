#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <unordered_map>

#include "problems/expression/logic.hpp"
#include "problems/expression/print.hpp"

namespace kanpde::problems {

namespace {

constexpr std::array greek = {"alpha", "beta",  "gamma",   "delta",  "epsilon", "zeta",   "eta",
                              "theta", "iota",  "kappa",   "lambda", "mu",      "nu",     "xi",
                              "pi",    "rho",   "sigma",   "tau",    "upsilon", "phi",    "chi",
                              "psi",   "omega", "Gamma",   "Delta",  "Theta",   "Lambda", "Xi",
                              "Pi",    "Sigma", "Upsilon", "Phi",    "Psi",     "Omega"};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

/// nu, x1, D_eff, flux as \nu, x_{1}, D_{\mathrm{eff}}, \mathrm{flux}.
std::string latex_name(const std::string& name) {
  if (std::find(greek.begin(), greek.end(), name) != greek.end()) return "\\" + name;
  if (name.size() == 1 || std::all_of(name.begin(), name.end(), is_digit)) return name;
  if (const std::size_t bar = name.find('_', 1); bar < name.size() - 1)
    return fmt::format("{}_{{{}}}", latex_name(name.substr(0, bar)),
                       latex_name(name.substr(bar + 1)));
  std::size_t digits = name.size();
  while (digits > 0 && is_digit(name[digits - 1])) --digits;
  if (digits > 0 && digits < name.size())
    return fmt::format("{}_{{{}}}", latex_name(name.substr(0, digits)), name.substr(digits));
  std::string escaped;
  for (char c : name) escaped += c == '_' ? "\\_" : std::string(1, c);
  return fmt::format("\\mathrm{{{}}}", escaped);
}

/// Decimal, with a power of ten instead of an exponent.
std::string latex_number(double value) {
  const std::string text = shortest_number(value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos)
    return std::isfinite(value) ? text : fmt::format("\\mathrm{{{}}}", text);
  const std::string mantissa = text.substr(0, e);
  const std::string sign = mantissa == "1" ? "" : mantissa == "-1" ? "-" : mantissa + " \\cdot ";
  return fmt::format("{}10^{{{}}}", sign, std::stoi(text.substr(e + 1)));
}

class LatexPrinter {
 public:
  LatexPrinter(const Graph& graph, const Scope& scope) : graph_(graph), scope_(scope) {}

  std::string print(Expr e) {
    for (std::int32_t id : reachable(graph_, std::span(&e, 1))) done_[id] = node_text({id});
    return done_.at(e.id).text;
  }

 private:
  std::string at_least(Expr e, Strength strength) const {
    const Printed& piece = done_.at(e.id);
    return piece.strength >= strength ? piece.text : parenthesised(piece.text);
  }
  static std::string parenthesised(const std::string& text) {
    return fmt::format("\\left({}\\right)", text);
  }
  const std::string& text(Expr e) const { return done_.at(e.id).text; }

  Printed node_text(Expr e) const {
    const Graph::Node& n = graph_.node(e);
    switch (n.op) {
      case Op::constant:
        return constant(n.value);
      case Op::input:
        return {symbol(graph_.symbol_of(e)), Strength::atom};
      case Op::add:
        return sum(n, " + ");
      case Op::sub:
        return sum(n, " - ");
      case Op::mul:
        return product(n);
      case Op::div:
        return {fmt::format("\\frac{{{}}}{{{}}}", text(n.a), text(n.b)), Strength::product};
      case Op::neg:
        return {"-" + at_least(n.a, Strength::product), Strength::sum};
      case Op::pow:
        return {power(n.a, text(n.b)), Strength::power};
      case Op::square:
        return {power(n.a, "2"), Strength::power};
      case Op::powi:
        return {power(n.a, fmt::format("{}", n.value)), Strength::power};
      case Op::sqrt:
        return {fmt::format("\\sqrt{{{}}}", text(n.a)), Strength::atom};
      case Op::exp:
        return {fmt::format("e^{{{}}}", text(n.a)), Strength::power};
      case Op::abs:
        return {fmt::format("\\left|{}\\right|", text(n.a)), Strength::atom};
      case Op::floor:
        return {fmt::format("\\left\\lfloor {}\\right\\rfloor", text(n.a)), Strength::atom};
      case Op::min:
      case Op::max:
        return extremum(e);
      case Op::step:
        return {at_least(n.a, Strength::sum) + " \\ge 0", Strength::comparison};
      case Op::select:
        return select(n);
      default:
        return {function(n.op) + parenthesised(text(n.a)), Strength::atom};
    }
  }

  static std::string function(Op op) {
    switch (op) {
      case Op::asin:
        return "\\arcsin";
      case Op::acos:
        return "\\arccos";
      case Op::atan:
        return "\\arctan";
      case Op::erf:
        return "\\operatorname{erf}";
      case Op::sign:
        return "\\operatorname{sgn}";
      case Op::asinh:
        return "\\operatorname{arsinh}";
      case Op::acosh:
        return "\\operatorname{arcosh}";
      case Op::atanh:
        return "\\operatorname{artanh}";
      case Op::bessel_j0:
        return "J_0";
      case Op::bessel_j1:
        return "J_1";
      default:
        return fmt::format("\\{}", function_name(op));
    }
  }

  Printed sum(const Graph::Node& n, std::string_view op) const {
    return {
        fmt::format("{}{}{}", at_least(n.a, Strength::sum), op, at_least(n.b, Strength::product)),
        Strength::sum};
  }

  Printed product(const Graph::Node& n) const {
    const bool minus = text(n.a).starts_with('-');
    const std::string first = minus ? text(n.a) : at_least(n.a, Strength::product);
    const std::string second = at_least(n.b, Strength::product);
    const bool digits_meet = is_digit(first.back()) && is_digit(second.front());
    return {fmt::format("{}{}{}", first, digits_meet ? " \\cdot " : "\\,", second),
            minus ? Strength::sum : Strength::product};
  }

  std::string power(Expr base, const std::string& exponent) const {
    const Graph::Node& n = graph_.node(base);
    const bool derivative = n.op == Op::input &&
                            graph_.symbol_of(base).kind == Symbol::Kind::unknown &&
                            graph_.symbol_of(base).alpha.order() > 0;
    const std::string shown = derivative && text(base).starts_with("\\frac")
                                  ? parenthesised(text(base))
                                  : at_least(base, Strength::atom);
    return fmt::format("{}^{{{}}}", shown, exponent);
  }

  Printed extremum(Expr e) const {
    const Graph::Node& n = graph_.node(e);
    const bool least = n.op == Op::min;
    if (!is_truth_value(graph_, e))
      return {fmt::format("\\{}\\left({}, {}\\right)", least ? "min" : "max", text(n.a), text(n.b)),
              Strength::power};
    const Strength own = least ? Strength::conjunction : Strength::disjunction;
    return {
        fmt::format("{} {} {}", at_least(n.a, own), least ? "\\land" : "\\lor", at_least(n.b, own)),
        own};
  }

  Printed select(const Graph::Node& n) const {
    const std::string condition =
        is_truth_value(graph_, n.a) ? text(n.a) : at_least(n.a, Strength::sum) + " > 0";
    const auto is = [&](Expr e, double v) {
      return graph_.is_constant(e) && graph_.constant_value(e) == v;
    };
    if (is(n.b, 1) && is(n.c, 0))
      return {at_least(n.a, Strength::sum) + " > 0", Strength::comparison};
    return {fmt::format("\\begin{{cases}} {} & {} \\\\ {} & \\text{{otherwise}} \\end{{cases}}",
                        text(n.b), condition, text(n.c)),
            Strength::product};
  }

  static Printed constant(double value) {
    const Strength strength = value < 0 ? Strength::sum : Strength::product;
    const auto pi = multiple_of_pi(value);
    if (!pi) {
      const bool plain = value >= 0 && shortest_number(value).find('e') == std::string::npos;
      return {latex_number(value), plain ? Strength::atom : strength};
    }
    const double size = std::fabs(pi->multiplier);
    const std::string minus = value < 0 ? "-" : "";
    if (pi->exponent < 0)
      return {fmt::format("{}\\frac{{{}}}{{\\pi}}", minus, latex_number(size)), strength};
    std::string num = size == 1 ? "\\pi" : latex_number(size) + "\\pi";
    if (pi->exponent > 1) num += fmt::format("^{{{}}}", pi->exponent);
    if (num == "\\pi" && pi->divisor == 1)
      return {minus + num, value < 0 ? strength : Strength::atom};
    if (pi->divisor == 1) return {minus + num, strength};
    return {fmt::format("{}\\frac{{{}}}{{{}}}", minus, num, pi->divisor), strength};
  }

  static std::string name_of(const std::vector<std::string>& names, int index, const char* kind) {
    return std::size_t(index) < names.size() ? latex_name(names[std::size_t(index)])
                                             : fmt::format("\\mathrm{{{}}}_{{{}}}", kind, index);
  }

  std::string symbol(const Symbol& s) const {
    switch (s.kind) {
      case Symbol::Kind::coordinate:
        return name_of(scope_.variables, s.index, "variable");
      case Symbol::Kind::normal:
        return fmt::format("n_{{{}}}", name_of(scope_.variables, s.index, "variable"));
      case Symbol::Kind::parameter:
        return name_of(scope_.parameters, s.index, "parameter");
      case Symbol::Kind::column:
        return fmt::format("\\mathrm{{column}}_{{{}}}", s.index);
      case Symbol::Kind::quantity:
        return fmt::format("q_{{{}}}", s.index);
      case Symbol::Kind::unknown:
        break;
    }
    return s.copy == 0 ? unknown(s) : fmt::format("{{{}}}^{{\\ast}}", unknown(s));
  }

  /// u_{xx} where every variable and the unknown are one symbol without a subscript, else
  /// \frac{\partial^2 u}{\partial x_{1}^2}.
  std::string unknown(const Symbol& s) const {
    const std::string base = name_of(scope_.unknowns, s.index, "unknown");
    const int order = s.alpha.order();
    if (order == 0) return base;
    std::string subscript, denominator;
    bool simple = base.find('_') == std::string::npos;
    for (int i = 0; i < max_variables; ++i) {
      const int count = s.alpha.count[std::size_t(i)];
      if (count == 0) continue;
      const std::string variable = name_of(scope_.variables, i, "variable");
      simple &= variable.size() == 1;
      for (int k = 0; k < count; ++k) subscript += variable;
      denominator += "\\partial " + variable + (count == 1 ? "" : fmt::format("^{{{}}}", count));
    }
    if (simple) return fmt::format("{}_{{{}}}", base, subscript);
    const std::string numerator =
        order == 1 ? "\\partial " + base : fmt::format("\\partial^{{{}}} {}", order, base);
    return fmt::format("\\frac{{{}}}{{{}}}", numerator, denominator);
  }

  const Graph& graph_;
  const Scope& scope_;
  std::unordered_map<std::int32_t, Printed> done_;
};

}  // namespace

std::string to_latex(const Graph& graph, const Scope& scope, Expr e) {
  return LatexPrinter(graph, scope).print(e);
}

}  // namespace kanpde::problems
