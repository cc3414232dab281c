#pragma once
/// What the text and the LaTeX printer share.

#include <optional>
#include <string>

#include "kernels/operations.hpp"
#include "problems/expression/parser.hpp"

namespace kanpde::problems {

/// Binding strength of a printed piece, weakest first, as in the grammar.
enum class Strength { disjunction, conjunction, negation, comparison, sum, product, power, atom };

struct Printed {
  std::string text;
  Strength strength;
};

/// A number as multiplier * pi^exponent / divisor, where that gives the same bits.
struct MultipleOfPi {
  double multiplier;
  int exponent;  ///< 1, 2, 3, 4 or -1
  int divisor;
};
std::optional<MultipleOfPi> multiple_of_pi(double value);

std::string shortest_number(double value);  ///< decimal text that reads back to the same bits

using kernels::function_name;

}  // namespace kanpde::problems
