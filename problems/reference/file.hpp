#pragma once
/// References from files: values on a tensor grid are interpolated, scattered ones looked up.

#include <memory>

#include "problems/reference/reference.hpp"

namespace kanpde::problems {

/// The file has an array for each variable and for at least one unknown, under their own names or
/// those of `columns`: all of one size, a point an entry, or the variables as axes and every
/// unknown over their product. On a tensor grid (points in any order): interpolation through the 6
/// nearest points along each axis, with the error estimated by leaving out every other point.
/// Otherwise values are known at the file's points alone. Throws InputError, which names the file,
/// for arrays that are missing or of other shapes, values that are not finite, points outside the
/// domain, and a grid that does not meet it.
std::unique_ptr<ReferenceField> make_file_reference(const Problem& problem,
                                                    const ArrayReader& read);

/// Weights of the values at nodes[0 .. n-1] that give the interpolant and its first derivative at
/// x. Source: Fornberg 1988, doi:10.1090/S0025-5718-1988-0935077-0.
void interpolation_weights(double x, const double* nodes, int n, double* value, double* slope);

}  // namespace kanpde::problems
