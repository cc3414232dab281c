#pragma once
/// A term's tape with everything that its evaluation on a device needs, as plain values: what the
/// interpreter (residual.hpp) reads and the source of compiled kernels (residual_source.hpp) is
/// written from.

#include <vector>

#include "kernels/tape.hpp"

namespace kanpde::kernels {
struct Term;
}

namespace kanpde::kernels::device {

/// Where an input of the tape lies at point p. `index`: column: of the column; jet: output *
/// components + component; scalar: of the trainable scalar.
struct ResidualInput {
  enum class Kind : int { column, jet, scalar } kind = Kind::column;
  int index = 0;
  int copy = 0;  ///< of a jet: 0 at the point, 1 at its partner
  bool operator==(const ResidualInput&) const = default;
};

/// dR_equation / d(a quantity) is in register `source` when the tape ends.
struct ResidualPartial {
  int equation = 0, source = 0;
};

/// A quantity that seeds are written for: its partials are [begin, end) of the list.
struct ResidualTarget {
  ResidualInput place;
  int begin = 0, end = 0;
};

struct ResidualProgram {
  int registers = 0;
  int equations = 0;
  std::vector<Instruction> code;           ///< the whole tape
  std::vector<Instruction> residual_code;  ///< what of it the residuals need
  std::vector<ResidualInput> inputs;       ///< of the tape, in order
  std::vector<int> residuals;              ///< register of R_e at the end of either code
  std::vector<ResidualTarget> targets;     ///< one a quantity, no two at the same place
  std::vector<ResidualPartial> partials;   ///< target by target, in the order of the term
};

/// Throws std::logic_error for a tape or quantities that do not fit the term.
ResidualProgram residual_program(const Term& term);

/// For each instruction whether the first `outputs` outputs of the tape depend on it.
std::vector<bool> needed_for(const Tape& tape, int outputs);

}  // namespace kanpde::kernels::device
