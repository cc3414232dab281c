#pragma once
/// A problem as read from a YAML file: typed, validated, every default filled in.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/base/error.hpp"
#include "problems/expression/graph.hpp"
#include "problems/expression/parser.hpp"
#include "problems/geometry/shape.hpp"
#include "problems/sampling/sampling.hpp"
#include "problems/spec/settings.hpp"

namespace kanpde::problems {

struct Equation {
  std::string text;
  SourceLocation where;
  EquationText parsed;  ///< residual = left - right
};

struct Condition {
  enum class Where { boundary, initial, interior, part, predicate, point };
  std::string text;  ///< of `require`, or "periodic x"
  SourceLocation location;
  Where where = Where::boundary;
  std::string part;  ///< patch or named boundary, for Where::part
  Expr predicate;    ///< > 0 where the condition holds, for Where::predicate and named boundaries
  std::vector<double> point;  ///< a number a space variable, for Where::point
  EquationText parsed;        ///< of `require`
  bool hard = false;
  int periodic_axis = -1;  ///< >= 0: a periodic condition
  int periodic_order = 0;  ///< derivatives 0 .. periodic_order match (equation order - 1)
  double weight = 1;
  /// For u = g (one unknown alone on the left): its index, else -1; g is parsed.right.
  int dirichlet_unknown = -1;
};

/// What is measured and written: an unknown, or a definition named by `output: {definitions: ...}`.
struct Quantity {
  std::string name;
  Expr value;
};

struct TrainableParameter {
  std::string name;
  double initial = 0, min = -1e300, max = 1e300;
};

/// Measured values: residual `unknown - value` at the file's points, one term a measured unknown.
struct DataSet {
  std::string file;
  SourceLocation where;
  std::vector<int> unknowns;  ///< which unknowns were measured
  Columns x;                  ///< one column a variable
  Columns values;             ///< one column an entry of `unknowns`
  double weight = 1;
};

struct Reference {
  enum class Kind { none, exact, generator, file };
  Kind kind = Kind::none;
  std::vector<Expr> exact;  ///< an expression a quantity; invalid where not given
  std::string name;         ///< generator or file
  std::map<std::string, std::string> columns;  ///< file: variable or unknown to its array's name
  std::map<std::string, double> options;
  SourceLocation where;
};

/// The equations and conditions for another value of a constant (`training.continuation`), in the
/// problem's graph.
struct Variant {
  std::string constant;
  double value;
  std::vector<Equation> equations;
  std::vector<Condition> conditions;
};

/// A figure that others have printed, as they printed it; empty where they did not.
struct Published {
  std::string method, source, parameters, mse, rel_l2, seconds;
};

struct Problem {
  std::string file, text;  ///< path and the whole YAML source
  std::string name, title, source;
  std::vector<std::string> variables;
  int space_dimension = 0;
  bool has_time = false;
  Region region;
  std::vector<std::string> unknowns;
  std::vector<TrainableParameter> parameters;
  Graph graph;
  std::size_t graph_as_read = 0;                 ///< number of nodes; later ones are of its users
  Scope scope;                                   ///< for parsing and printing
  std::map<std::string, Expr> named_boundaries;  ///< name to predicate
  std::vector<Quantity> quantities;              ///< the unknowns, then definitions
  std::vector<Equation> equations;               ///< may be empty when data is given
  std::vector<Condition> conditions;
  std::vector<Variant> variants;  ///< for every value of a continuation but the constant's own
  std::vector<DataSet> data;
  Reference reference;
  PointSettings points;
  std::vector<ModelSettings> models;
  TrainingSettings
      training;  ///< for all models; a model may have its own in ModelSettings::training
  CompareSettings compare;
  OutputSettings output;
  std::vector<Published> published;
  std::string description;  ///< YAML of every block that is no setting, defaults spelled out
  std::string domain_text;  ///< of `domain`, in one line
  int variable_count() const { return int(variables.size()); }
  /// Whether fields extend along this variable: the first three of space, and time. Others stay at
  /// the middle of their range.
  bool has_field_axis(int variable) const {
    return variable < std::min(space_dimension, 3) || (has_time && variable == space_dimension);
  }
};

/// Reads and validates a file; `overrides` are `path=value` from the command line.
/// Throws InputError with file, line, column, what was got, what was expected and the nearest valid
/// name.
Problem read_problem(const std::string& file, const std::vector<std::string>& overrides = {});

/// The same for a text; `file` names it in errors, and data files lie relative to its folder.
Problem read_problem_text(const std::string& text, const std::string& file,
                          const std::vector<std::string>& overrides = {});

/// A copy with the graph as it was read, under the same ids: without what its users added.
Problem copy_as_read(Problem& problem);

/// The problem as YAML with every default spelled out; reading it back gives the same problem.
std::string resolved_yaml(const Problem& problem);

/// Whether every equation and condition is linear in the unknowns. False with parameters to find.
bool is_linear(Problem& problem);

/// Why the time axis cannot be cut into windows that are solved one after the other, "" if it can.
std::string why_no_windows(const Problem& problem);

/// Highest order of a derivative of any unknown in the equations and conditions.
int derivative_order(const Problem& problem);

/// The problem as understood, for people: expanded equations, derivatives, conditions, points,
/// models.
std::string explain(const Problem& problem);

}  // namespace kanpde::problems
