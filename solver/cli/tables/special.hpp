#pragma once
/// The table `special`: the 15 special functions of two arguments of Liu et al. 2024,
/// arXiv:2404.19756, table 1.

#include "solver/cli/tables/contest.hpp"

namespace kanpde::solver {

/// A function of that table and where it is fitted; the paper prints no ranges.
struct SpecialFunction {
  std::string name, formula;  ///< the formula as scipy.special writes it
  double (*value)(double x, double y);
  double lower[2], upper[2];
  PublishedErrors published;
};

const std::vector<SpecialFunction>& special_functions();

TableKind special_table();

}  // namespace kanpde::solver
