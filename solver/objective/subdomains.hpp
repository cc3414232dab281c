#pragma once
/// Overlapping boxes that cover the domain and smooth functions on them that sum to 1, so that
/// u = sum_b w_b(x) N_b(x) with a network N_b for each (FBPINN: Moseley, Markham, Nissen-Meyer
/// 2023, doi:10.1007/s10444-023-10065-9; FBKAN: Howard, Jacob, Murphy, Heinlein, Stinis 2024,
/// arXiv:2406.19662).

#include <vector>

#include "kan/network.hpp"
#include "problems/problem.hpp"

namespace kanpde::solver {

/// The domain's bounding box cut into equal cells, each widened by half of `overlap` of its width
/// where it has neighbours; the last variable fastest. Empty where the model has none.
std::vector<kan::Subdomain> subdomains(const problems::Problem& problem,
                                       const problems::ModelSettings& model);

/// A function for each, in `graph`: a product over the variables of steps up and down in the
/// overlaps, four times continuously differentiable; zero outside the subdomain, where steps stay
/// constant, and 1 where no other one reaches.
std::vector<problems::Expr> partition_of_unity(problems::Graph& graph,
                                               const problems::Problem& problem,
                                               const problems::ModelSettings& model);

}  // namespace kanpde::solver
