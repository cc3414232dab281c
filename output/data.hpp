#pragma once
/// Plain data that writers take: tables of runs, fields on grids. Knows no problem and no network.

#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace kanpde::output {

inline constexpr double unknown_value = std::numeric_limits<double>::quiet_NaN();

/// Values at the points of a grid or mesh, by name; vectors of scalars only.
struct Field {
  std::string name;            ///< u_kan, u_reference, u_kan_error, residual_kan_0
  std::vector<double> values;  ///< one a point
};

/// Axis-aligned lattice of 1 to 3 space axes, x fastest.
struct Lattice {
  std::array<int, 3> points{1, 1, 1};
  std::array<double, 3> origin{}, spacing{1, 1, 1};
};

/// Unstructured cells: lines (2 points), triangles (3), tetrahedra (4).
struct Mesh {
  std::vector<std::array<double, 3>> points;
  std::vector<std::vector<int>> cells;
};

/// Fields at one time of a time-dependent problem.
struct Frame {
  double time = 0;
  std::vector<Field> fields;
};

/// Errors of one run against the reference; empty maps where there is none. Keys: unknowns.
struct RunResult {
  int seed = 0;
  long steps = 0;
  double seconds = 0;
  double residual_mse = 0;
  std::map<std::string, double> mse, rel_l2, max_error, rel_h1;
  std::map<std::string, double> parameters;  ///< trained scalars of inverse problems
  std::string status = "ok";                 ///< ok, failed, out of time
};

/// Of one run in continual training: for each phase, the root of the mean squared error over every
/// part of the domain, then over all of it.
struct PhaseErrors {
  std::string model;
  int seed = 0;
  int parts = 0;
  std::vector<double> errors;  ///< parts + 1 a phase
};

struct ModelResult {
  std::string name, type;   ///< type: kan, mlp
  std::string description;  ///< "[2,10,1] bspline k=7 G=6"
  int parameters = 0;
  std::string matched;  ///< "", "parameters" or "time"
  std::vector<RunResult> runs;
};

/// One published figure to print beside ours.
struct PublishedResult {
  std::string method, source;
  std::string parameters, mse, rel_l2, seconds;  ///< as printed there, "" where not given
};

struct Summary {
  std::vector<PhaseErrors> phases;  ///< of every run in continual training
  std::string problem, title, version, device, hardware, command;
  std::string reference;  ///< what the errors are measured against and its own error, "" where none
  std::string fields_at;  ///< "nu = 0.05": where along the variables they do not extend, "" if none
  int threads = 1;
  std::vector<std::string> unknowns;
  std::vector<ModelResult> models;
  std::vector<PublishedResult> published;
  std::map<std::string, double> exact_parameters;  ///< true values in inverse problems, if known
};

/// One line of history.csv. `stage` counts from 0, `step` from the start of the run.
struct HistoryRow {
  std::string model;
  int seed = 0;
  int stage = 0;
  long step = 0;
  double loss = 0;
  double residual_mse = unknown_value;  ///< NaN where not computed; an empty cell in the file
  double rel_l2 = unknown_value;        ///< the same
  double seconds = 0;                   ///< since the start of the run
};

/// A figure of the report. One row of values: a curve a field over x; several: a heat map a field.
struct Image {
  std::string title, x_label, y_label;
  std::array<double, 2> x{0, 1}, y{0, 1};  ///< first and last coordinate; y unused for curves
  int columns = 0, rows = 1;               ///< points along x and y; values x fastest, y upwards
  std::vector<Field> fields;               ///< columns * rows values each; NaN: outside the domain
  bool is_error = false;    ///< heat maps: a colour scale symmetric about 0, each field its own
  bool equal_axes = false;  ///< heat maps: x and y are lengths, drawn to the same scale
};

}  // namespace kanpde::output
