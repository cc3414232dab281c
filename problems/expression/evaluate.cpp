#include <algorithm>

#include "kernels/operations.hpp"
#include "problems/expression/graph.hpp"

namespace kanpde::problems {

double compute(Op op, double a, double b, double c, double n) {
  return kernels::apply(op, a, b, c, int(n));
}

long double compute(Op op, long double a, long double b, long double c, double n) {
  return kernels::apply(op, a, b, c, int(n));
}

double Graph::evaluate(Expr e, const std::function<double(const Symbol&)>& value) const {
  const std::vector<std::int32_t> ids = reachable(*this, std::span(&e, 1));
  std::vector<double> values(ids.size());
  const auto at = [&](Expr x) {
    if (!x.valid()) return 0.0;
    return values[std::size_t(std::lower_bound(ids.begin(), ids.end(), x.id) - ids.begin())];
  };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Node& node = nodes_[ids[i]];
    if (node.op == Op::constant) {
      values[i] = node.value;
    } else if (node.op == Op::input) {
      values[i] = value(symbols_[node.symbol]);
    } else {
      values[i] = compute(node.op, at(node.a), at(node.b), at(node.c), node.value);
    }
  }
  return values.back();
}

}  // namespace kanpde::problems
