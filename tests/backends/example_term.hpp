#pragma once
/// A small nonlinear term with a trainable scalar.

#include "kernels/base/random.hpp"
#include "kernels/term.hpp"

namespace kanpde::oracle {

/// r = u^2 - 1 + scalar 0 at random points of a KAN with two inputs.
inline kernels::Term quadratic_term(int points) {
  using kernels::Op;
  using kernels::Quantity;
  Random random(3);
  kernels::Term term;
  term.points = points;
  term.x = Columns(2, points);
  for (double& x : term.x.values()) x = random.uniform(-1, 1);
  term.plan.dimension = 2;
  term.quantities = {{Quantity::Kind::jet, 0, 0, 0}, {Quantity::Kind::parameter, 0, 0, 0}};
  term.tape.inputs = 2;
  term.tape.registers = 7;
  term.tape.code = {{Op::input, 0, 0, -1, -1, 0},  {Op::input, 1, 1, -1, -1, 0},
                    {Op::square, 2, 0, -1, -1, 0}, {Op::constant, 3, -1, -1, -1, 1},
                    {Op::sub, 4, 2, 3, -1, 0},     {Op::add, 5, 4, 1, -1, 0},
                    {Op::add, 6, 0, 0, -1, 0}};
  term.tape.outputs = {5, 6, 3};
  term.partials = {{0, 0}, {0, 1}};
  term.equations = 1;
  term.scale = {0.5};
  return term;
}

}  // namespace kanpde::oracle
