#pragma once
/// The chain rule of one JetPlan as text.

#include <string>

#include "kernels/jet_plan.hpp"

namespace kanpde::kernels::device {

/// Number of the plan's monomials M[c][k], 1 <= k <= order of component c (bodies/jet.hpp).
int monomial_count(const JetPlan& plan);

/// Functions over arrays x, y, dy, dx of components, m, dm of monomials, a, e of derivatives:
///   monomials(x, m)         m = M(x)
///   apply(m, e, y)          y_c += sum_k M[c][k] e_k,  y_0 += e_0
///   collect(m, dy, a)       a_k = sum_c M[c][k] dy_c,  a_0 = dy_0
///   spread(dy, e, dm)       dm[c][k] += dy_c e_k
///   d_monomials(x, dm, dx)  dx_c = what dm gives to it, c >= 1
std::string jets_text(const JetPlan& plan, bool single_precision);

}  // namespace kanpde::kernels::device
