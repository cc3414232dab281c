#pragma once
/// From a Document to a Problem: names are looked up, expressions parsed, shapes built, all of it
/// checked.

#include <initializer_list>

#include "problems/spec/document.hpp"
#include "problems/spec/names.hpp"

namespace kanpde::problems::spec {

/// What every step reads and writes.
struct Build {
  const Document& document;
  const Node& root;  ///< of the file, for the places of values
  Reader& reader;
  Problem& problem;
  Names names{};

  /// The value at a path, or the deepest value on the way to it that the file has.
  const Node& place(std::initializer_list<std::string> path) const;
  bool depends_on(Expr e, std::initializer_list<Symbol::Kind> kinds) const;
};

// The steps, in order; each throws InputError.
void build_names(Build& build);
void build_domain(Build& build);
void build_equations(Build& build);
void build_conditions(Build& build);
void build_data(Build& build);
void build_reference(Build& build);
void build_settings(Build& build);
void build_variants(Build& build);  ///< for the values of every continuation
void build_continual(const Build& build);
void build_pseudo_time(Build& build);  ///< fills in which equation evolves which unknown

/// Highest order of derivatives in time, in equations and conditions.
int time_order(const Problem& problem);

/// Why the solution of a window cannot be polynomials in time of the model's time_degree; empty: it
/// can.
std::string why_no_polynomials(const Problem& problem, const ModelSettings& model,
                               const TrainingSettings& training);

/// Throws unless a model of products, if it is one, goes with the problem and its training.
void check_products(const Problem& problem, const ModelSettings& model,
                    const TrainingSettings& training);

/// Throws unless the problem and the other settings of a model go with its subdomains, if any.
void check_subdomains(const Problem& problem, const ModelSettings& model);

/// The shape written at `node`.
ShapePointer build_shape(const Node& node, Reader& reader);

/// Path of a file named in a problem file.
std::string file_beside(const std::string& problem_file, const std::string& name);

/// Table of numbers with named columns.
struct CsvTable {
  std::string file;
  std::vector<std::string> names;
  Columns values;
  std::vector<int> lines;  ///< of each row in the file
};

/// Reads `file`; errors of its content name its own line and column, `where` names it when it
/// cannot be read.
CsvTable read_csv(const std::string& file, const SourceLocation& where);

}  // namespace kanpde::problems::spec
