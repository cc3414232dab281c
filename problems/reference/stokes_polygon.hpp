#pragma once
/// Stokes flow in polygons.

#include <memory>

#include "problems/reference/reference.hpp"

namespace kanpde::problems {

/// nu laplacian(u) = p_x, nu laplacian(v) = p_y, u_x + v_y = 0 in a polygon with u and v given on
/// all of its edges: StokesFlow with 24 poles a corner and degree 50. The stated error is the
/// largest change of u, v and p from 20 poles and degree 44, over points that are dense near the
/// corners, plus the largest error of the velocity on the boundary. p is known where a condition
/// gives it at a point, and left out otherwise. Throws InputError when the problem is another one,
/// and when the error exceeds 1e-8 of the largest value (a velocity that jumps at a corner, a
/// corner that re-enters, inflow without as much outflow).
std::unique_ptr<ReferenceField> make_stokes_reference(const Problem& problem);

}  // namespace kanpde::problems
