#pragma once
/// Collocation points: how they are drawn, on interiors, boundaries and time slabs.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/base/random.hpp"
#include "problems/geometry/shape.hpp"

namespace kanpde::problems {

enum class SamplingMethod { uniform, lattice, latin_hypercube, sobol, gauss_legendre };

/// n points of (0,1)^d, columns = d. uniform: independent; lattice: midpoint tensor grid of about n
/// points (exactly what fits, returned count may differ for lattice and gauss_legendre);
/// latin_hypercube; sobol: Joe-Kuo directions, digitally shifted by the seed; gauss_legendre:
/// tensor nodes.
Columns unit_points(SamplingMethod method, int n, int dimension, Random& random);

/// A domain: space shape (may be null for an ODE), then time and further parameters as a box of
/// extra axes.
struct Region {
  ShapePointer space;  ///< null: no space variables
  Box extra;           ///< time first, then equation parameters; dimension 0 when steady
  int dimension() const;
};

/// Points with what conditions need. x: one column a variable. normals: one column a space
/// variable, only on boundaries.
struct Points {
  Columns x;
  Columns normals;
  std::vector<int> patch;  ///< boundary patch of each point, empty in the interior
  int count() const { return x.points(); }
};

/// Keeps a point (all variables, space first) when true; an empty function keeps all.
using PointFilter = std::function<bool(std::span<const double> x)>;

/// What of the boundary is taken; empty functions take all.
struct BoundaryFilter {
  std::function<bool(int patch)> patch;
  PointFilter where;
};

// All samplers give exactly n points, except that lattice and gauss_legendre give about n, and that
// a set without extent (an end of an interval in a steady problem, the start of an ODE) gives its
// one point once. Points outside the shape or refused by `where` are replaced by the next ones of
// the sequence. They throw std::runtime_error, saying what is empty, when fewer than one try in
// 10^4 is accepted.

Points sample_interior(const Region& region, SamplingMethod method, int n, Random& random,
                       const PointFilter& where = {});
/// Boundary of space times the extra axes; by visible area over the patches, at least one point a
/// patch when n allows it, else one on each of the n largest.
Points sample_boundary(const Region& region, SamplingMethod method, int n, Random& random,
                       const BoundaryFilter& filter = {});
/// Area that the filter takes over that of the whole boundary, to about 1 in 10^3 (exact where
/// whole patches are taken). Throws std::runtime_error where nothing is taken.
double boundary_share(const Region& region, const BoundaryFilter& filter);
/// First extra axis (time) at its lower bound.
Points sample_initial(const Region& region, SamplingMethod method, int n, Random& random,
                      const PointFilter& where = {});
/// Pairs on opposite ends of the bounds of variable `axis` (space or extra): x holds the points on
/// the lower face; their partners differ in that coordinate alone. Both lie on the shape.
Points sample_periodic(const Region& region, SamplingMethod method, int n, int axis,
                       Random& random);

/// Residual-adaptive distribution (RAD; Wu et al. 2023, doi:10.1016/j.cma.2022.115671, eq. 2):
/// picks n of the candidates without replacement with probability proportional to |r|^k /
/// mean(|r|^k) + c.
std::vector<int> residual_adaptive(std::span<const double> residual, int n, double k, double c,
                                   Random& random);

/// Nodes and weights of n-point Gauss-Legendre on [0, 1].
void gauss_legendre(int n, std::vector<double>& nodes, std::vector<double>& weights);

}  // namespace kanpde::problems
