#pragma once
/// A term's tape as lines of C: what the texts of all compiled kernels share.

#include <functional>
#include <string>
#include <vector>

#include "kernels/device/residual_program.hpp"
#include "kernels/term.hpp"

namespace kanpde::kernels::device {

/// A floating-point literal of exactly this value in double, or in float after rounding; infinities
/// and NaN, which have no literal, as quotients.
std::string literal(double x, bool single_precision);

/// Every instruction becomes one constant v0, v1, ... ; lines are indented by two blanks.
class TapeText {
 public:
  /// The text that reads an input of the tape at the point of the thread.
  using Load = std::function<std::string(const ResidualInput&)>;

  /// Throws std::logic_error for a tape that does not fit the term.
  TapeText(const Term& term, bool single_precision, Load load);

  const ResidualProgram& program() const { return program_; }
  const char* type() const { return single_precision_ ? "float" : "double"; }
  std::string literal(double x) const { return device::literal(x, single_precision_); }

  std::string residual_values() const { return values(true); }  ///< lines that residuals need
  std::string other_values() const { return values(false); }    ///< lines that only partials need
  std::string residual(int e) const;                            ///< name of the constant R_e
  /// Sum over the partials of a target of `weight` (a prefix, then the equation) times the partial;
  /// only: the one equation that counts, -1 for all.
  std::string sum(const ResidualTarget& target, char weight, int only) const;

 private:
  Instruction name_operands(Instruction i) const;
  std::string values(bool needed) const;
  std::string value(int k, const Instruction& i) const;
  std::string power(int k, int a, int n) const;
  std::string expression(const Instruction& i) const;
  std::string arithmetic(const Instruction& i, const std::string& a, const std::string& b) const;

  bool single_precision_;
  Load load_;
  ResidualProgram program_;
  std::vector<bool> needed_;
  std::vector<int> held_;            ///< value in each register; at last the outputs' ones
  std::vector<Instruction> values_;  ///< the tape in static single assignment
};

}  // namespace kanpde::kernels::device
