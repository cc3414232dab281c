#include "output/console/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <string_view>
#include <utility>

namespace kanpde::output {
namespace {

constexpr double bar_interval = 0.1;          // seconds
constexpr double line_interval = 10;          // seconds without a line
constexpr double shortest_line_interval = 1;  // seconds between lines
constexpr const char* clear_line = "\r\x1b[K";

double system_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int terminal_width(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

double fraction_of(const ProgressState& state) {
  return state.total > 0 ? std::clamp(double(state.step) / double(state.total), 0.0, 1.0) : 0;
}

int tenths(const ProgressState& state) {
  return state.total > 0 ? int(10 * std::min(state.step, state.total) / state.total) : 0;
}

std::string bar_of(double fraction, int width) {
  const auto full = std::size_t(std::lround(fraction * width));
  return fmt::format("[{}{}]", std::string(full, '#'), std::string(std::size_t(width) - full, '.'));
}

}  // namespace

ConsoleSettings console_settings(int descriptor, bool quiet) {
  ConsoleSettings settings;
  const char* terminal = std::getenv("TERM");
  const bool can_overwrite = terminal != nullptr && std::string_view(terminal) != "dumb";
  if (quiet)
    settings.style = ConsoleSettings::Style::quiet;
  else if (::isatty(descriptor) != 0 && can_overwrite)
    settings.style = ConsoleSettings::Style::bar;
  settings.width = [descriptor] { return terminal_width(descriptor); };
  return settings;
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const long whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
}

Progress::Progress(std::ostream& out, ConsoleSettings settings)
    : out_(out), settings_(std::move(settings)) {}

Progress::~Progress() { clear_bar(); }

double Progress::now() const { return settings_.clock ? settings_.clock() : system_clock(); }

void Progress::begin(const std::string& model, int seed) {
  clear_bar();
  model_ = model;
  seed_ = seed;
  state_ = {};
  steps_before_ = 0;
  run_start_ = stage_start_ = last_line_ = now();
  last_drawn_ = run_start_ - bar_interval;
  tenths_at_last_line_ = 0;
}

void Progress::update(const ProgressState& state) {
  if (state.stage != state_.stage || state.window != state_.window || state.pass != state_.pass) {
    steps_before_ += state_.step;
    stage_start_ = now();
    tenths_at_last_line_ = 0;
  }
  state_ = state;
  if (settings_.style == ConsoleSettings::Style::bar && now() - last_drawn_ >= bar_interval)
    draw_bar();
  if (settings_.style == ConsoleSettings::Style::lines && is_line_due()) {
    write_line(head() + tail(true));
    last_line_ = now();
    tenths_at_last_line_ = tenths(state_);
  }
}

void Progress::end(const std::string& status) {
  clear_bar();
  if (settings_.style == ConsoleSettings::Style::quiet) return;
  std::string line = fmt::format("{} seed {}: {} after {} steps", model_, seed_, status,
                                 steps_before_ + state_.step);
  write_line(line + tail(false));
}

void Progress::message(const std::string& text) {
  if (settings_.style == ConsoleSettings::Style::quiet) return;
  clear_bar();
  write_line(text);
}

bool Progress::is_line_due() const {
  const double waited = now() - last_line_;
  if (waited >= line_interval) return true;
  return waited >= shortest_line_interval && tenths(state_) > tenths_at_last_line_;
}

/// Model, seed, window, stage and step: what is cut last when the terminal is narrow.
std::string Progress::head() const {
  std::string text = fmt::format("{} seed {}  ", model_, seed_);
  if (state_.windows > 1) text += fmt::format("window {}/{}  ", state_.window + 1, state_.windows);
  text += fmt::format("{}/{} {}  step {}", state_.stage + 1, state_.stages, state_.optimizer,
                      state_.step);
  if (state_.total > 0) text += fmt::format("/{}", state_.total);
  return text;
}

std::string Progress::tail(bool with_time_left) const {
  std::string text;
  if (!std::isnan(state_.loss)) text += fmt::format("  loss {:.2e}", state_.loss);
  if (!std::isnan(state_.error)) text += fmt::format("  rel. L2 {:.2e}", state_.error);
  text += "  " + duration(now() - run_start_);
  if (with_time_left && state_.total > 0) text += ", left " + duration(time_left());
  return text;
}

/// Of the stage, at its mean pace so far.
double Progress::time_left() const {
  const double fraction = fraction_of(state_);
  if (fraction <= 0) return unknown_value;
  return (now() - stage_start_) * (1 - fraction) / fraction;
}

/// One column stays free, so that no terminal wraps the line.
void Progress::draw_bar() {
  const int width = settings_.width() - 1;
  std::string text = head() + tail(true);
  const int space = width - int(text.size()) - 4;  // brackets and two blanks
  if (state_.total > 0 && space >= 8)
    text = fmt::format("{}  {}{}", head(), bar_of(fraction_of(state_), std::min(space, 30)),
                       tail(true));
  if (int(text.size()) > width) text.resize(std::size_t(std::max(width, 0)));
  out_ << clear_line << text << std::flush;
  bar_is_visible_ = true;
  last_drawn_ = now();
}

void Progress::clear_bar() {
  if (bar_is_visible_) out_ << clear_line << std::flush;
  bar_is_visible_ = false;
}

void Progress::write_line(const std::string& text) { out_ << text << '\n' << std::flush; }

}  // namespace kanpde::output
