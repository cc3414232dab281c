#include "kernels/term.hpp"

#include "kernels/base/error.hpp"

namespace kanpde::kernels {

void Term::check_inputs(int inputs) const {
  check(x.columns() == copies * inputs, "{} coordinate columns for {} inputs", x.columns(), inputs);
}

void Term::set_scales(std::vector<double> equations_scale, AlignedVector<double> points_scale) {
  check(int(equations_scale.size()) == equations, "{} scales for {} equations",
        equations_scale.size(), equations);
  check(points_scale.empty() || int(points_scale.size()) == points, "{} scales for {} points",
        points_scale.size(), points);
  scale = std::move(equations_scale);
  point_scale = std::move(points_scale);
}

}  // namespace kanpde::kernels
