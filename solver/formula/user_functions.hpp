#pragma once
/// The library of functions of a search, as asked for on the command line.

#include <string>
#include <vector>

#include "kan/symbolic/library.hpp"

namespace kanpde::solver {

/// f(x)=x*exp(-x) as a function of the library. Throws InputError with the column.
kan::EdgeFunction parse_function(const std::string& definition);

/// The functions with these names, all where there are none; then `definitions`, as in
/// parse_function(). Throws InputError for an unknown name, with the nearest.
std::vector<kan::EdgeFunction> chosen_library(const std::vector<std::string>& names,
                                              const std::vector<std::string>& definitions);

}  // namespace kanpde::solver
