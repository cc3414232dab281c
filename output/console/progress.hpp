#pragma once
/// How training gets on: a bar in a terminal, plain lines elsewhere, nothing if quiet.

#include <functional>
#include <iosfwd>
#include <string>

#include "output/data.hpp"

namespace kanpde::output {

/// Where a run of training stands. Steps count from the start of the stage.
struct ProgressState {
  int stage = 0, stages = 1;  ///< stage counts from 0
  std::string optimizer;      ///< name of the stage
  long step = 0, total = 0;   ///< total: steps of the stage at most, 0 unknown
  double loss = unknown_value;
  double error = unknown_value;  ///< relative L2, NaN where not known
  int window = 0, windows = 1;   ///< of the time axis, counted from 0; each has all stages
  int pass = 0;                  ///< over the stages of a window, counted from 0
};

struct ConsoleSettings {
  enum class Style { bar, lines, quiet };
  Style style = Style::lines;
  std::function<int()> width = [] { return 80; };  ///< characters a line, asked for every time
  std::function<double()> clock;  ///< seconds, never going back; empty: the system's
};

/// For a file descriptor: a bar if it is a terminal that can overwrite a line, else lines.
ConsoleSettings console_settings(int descriptor, bool quiet);

/// Shows one run after another. The bar is drawn at most ten times a second, a plain line written
/// after each tenth of a stage (at most one a second) and after ten seconds. The cursor is
/// never hidden and stays on the line of the bar, so a program that dies leaves the terminal
/// usable; end(), message() and the destructor clear the bar. Not for several threads at once.
class Progress {
 public:
  Progress(std::ostream& out, ConsoleSettings settings);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void begin(const std::string& model, int seed);
  void update(const ProgressState& state);
  /// Closes the run with one line; `status` as in RunResult.
  void end(const std::string& status);
  /// A line of text above the bar: warnings and notes.
  void message(const std::string& text);

 private:
  double now() const;
  bool is_line_due() const;
  void draw_bar();
  void clear_bar();
  void write_line(const std::string& text);
  std::string head() const;
  std::string tail(bool with_time_left) const;
  double time_left() const;

  std::ostream& out_;
  ConsoleSettings settings_;
  std::string model_;
  int seed_ = 0;
  ProgressState state_;
  long steps_before_ = 0;  // in finished stages of this run
  double run_start_ = 0, stage_start_ = 0;
  double last_drawn_ = 0, last_line_ = 0;
  int tenths_at_last_line_ = 0;
  bool bar_is_visible_ = false;
};

/// "3.1 s", "2:05 min", "1:02:05 h".
std::string duration(double seconds);

}  // namespace kanpde::output
