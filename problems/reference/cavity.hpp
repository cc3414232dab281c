#pragma once
/// The lid-driven cavity.

#include <memory>

#include "problems/reference/reference.hpp"

namespace kanpde::problems {

/// Velocity of the steady flow in the unit square whose lid moves with speed 1, for any Reynolds
/// number up to 5000: CavityFlow on meshes that are refined until the velocity changes by less
/// than 1e-5 (relative L2), or the finest. The stated error is the largest change of the velocity
/// on a lattice of 129 x 129 points without the two ends of the lid, where the velocity jumps and
/// the values are NaN. The pressure, infinite there and known up to a constant only, is left out.
/// Kept in the cache. Throws InputError when the problem is another one.
std::unique_ptr<ReferenceField> make_cavity_reference(const Problem& problem);

}  // namespace kanpde::problems
