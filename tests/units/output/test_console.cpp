#include <gmock/gmock.h>

#include <sstream>
#include <system_error>

#include "output/console/progress.hpp"
#include "output/console/run_log.hpp"
#include "tests/units/output/scratch.hpp"

namespace kanpde::output {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Style = ConsoleSettings::Style;

/// A stream, a clock and a width in place of a terminal.
class Console : public ::testing::Test {
 protected:
  ConsoleSettings settings(Style style) {
    return {style, [this] { return width_; }, [this] { return time_; }};
  }
  /// 100 steps in `seconds`, a hundredth of them apart.
  void run_stage(Progress& progress, int stage, double seconds) {
    for (long step = 1; step <= 100; ++step) {
      time_ += seconds / 100;
      progress.update({stage, 2, "adam", step, 100, 1.0 / double(step), 0.5});
    }
  }
  std::string text() const { return out_.str(); }
  /// How often `part` occurs in what was written.
  int count(const std::string& part) const {
    int n = 0;
    for (auto at = text().find(part); at != std::string::npos; at = text().find(part, at + 1)) ++n;
    return n;
  }
  /// What a terminal shows at the end: the text after the last clearing of the line.
  std::string visible() const { return text().substr(text().rfind("\x1b[K") + 3); }

  std::ostringstream out_;
  double time_ = 1000;
  int width_ = 100;
};

TEST_F(Console, QuietPrintsNothing) {
  Progress progress(out_, settings(Style::quiet));
  progress.begin("kan", 0);
  run_stage(progress, 0, 100);
  progress.message("a warning");
  progress.end("ok");
  EXPECT_EQ(text(), "");
}

TEST_F(Console, BarIsDrawnAtMostTenTimesASecond) {
  Progress progress(out_, settings(Style::bar));
  progress.begin("kan", 0);
  run_stage(progress, 0, 1.0);
  EXPECT_GE(count("\x1b[K"), 9);
  EXPECT_LE(count("\x1b[K"), 11);
}

TEST_F(Console, BarShowsWhereTrainingStands) {
  const std::string expected =
      "kan seed 3  1/2 adam  step 25/100  [###.......]  loss 1.25e-03  rel. L2 5.00e-01  20.0 s, "
      "left 1:00 min";
  width_ = int(expected.size()) + 1;
  Progress progress(out_, settings(Style::bar));
  progress.begin("kan", 3);
  time_ += 20;
  progress.update({0, 2, "adam", 25, 100, 1.25e-3, 0.5});
  EXPECT_EQ(
      visible(),
      "kan seed 3  1/2 adam  step 25/100  [###.......]  loss 1.25e-03  rel. L2 5.00e-01  20.0 s, "
      "left 1:00 min");
}

TEST_F(Console, BarNeverReachesTheLastColumn) {
  for (const int width : {200, 100, 70, 40, 10, 1, 0}) {
    out_.str("");
    width_ = width;
    Progress progress(out_, settings(Style::bar));
    progress.begin("kan", 0);
    run_stage(progress, 0, 1);
    EXPECT_LE(int(visible().size()), std::max(width - 1, 0));
  }
}

TEST_F(Console, BarFollowsAChangedWidth) {
  Progress progress(out_, settings(Style::bar));
  progress.begin("kan", 0);
  run_stage(progress, 0, 1);
  width_ = 30;
  run_stage(progress, 1, 1);
  EXPECT_EQ(visible().size(), 29u);
}

TEST_F(Console, CursorIsLeftOnAnEmptyLine) {
  {
    Progress progress(out_, settings(Style::bar));
    progress.begin("kan", 0);
    run_stage(progress, 0, 1);
  }  // gone without end(), as by an exception
  EXPECT_EQ(visible(), "");
  EXPECT_EQ(count("\x1b[?25l"), 0);  // never hidden
}

TEST_F(Console, EndLeavesOneLine) {
  Progress progress(out_, settings(Style::bar));
  progress.begin("kan", 0);
  run_stage(progress, 0, 3);
  run_stage(progress, 1, 4);
  progress.end("ok");
  EXPECT_EQ(visible(), "kan seed 0: ok after 200 steps  loss 1.00e-02  rel. L2 5.00e-01  7.0 s\n");
}

TEST_F(Console, WindowsAreShownWhereThereAreSeveralAndTheirStepsAdded) {
  Progress progress(out_, settings(Style::bar));
  progress.begin("kan", 0);
  for (int window = 0; window < 20; ++window)
    for (const auto& [pass, step] : {std::pair{0, 1}, {0, 2}, {1, 2}, {1, 2}}) {
      time_ += 1;
      progress.update({0, 1, "adam", step, 9, 1e-2, unknown_value, window, 20, pass});
    }
  EXPECT_THAT(visible(), HasSubstr("kan seed 0  window 20/20  1/1 adam  step 2/9"));
  progress.end("ok");
  EXPECT_THAT(visible(), HasSubstr("kan seed 0: ok after 80 steps"));
  EXPECT_EQ(count("window 0/"), 0);
}

TEST_F(Console, MessagesStandAboveTheBar) {
  Progress progress(out_, settings(Style::bar));
  progress.begin("kan", 0);
  run_stage(progress, 0, 1);
  progress.message("careful");
  EXPECT_EQ(visible(), "careful\n");
}

TEST_F(Console, LinesComeATenthOfAStage) {
  Progress progress(out_, settings(Style::lines));
  progress.begin("mlp", 1);
  run_stage(progress, 0, 50);  // a tenth takes 5 s
  EXPECT_EQ(count("\n"), 10);
  EXPECT_THAT(text(), HasSubstr("mlp seed 1  1/2 adam  step 50/100  loss 2.00e-02"));
  EXPECT_THAT(text(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(text(), Not(HasSubstr("\r")));
}

TEST_F(Console, LinesComeAtLeastEveryTenSeconds) {
  Progress progress(out_, settings(Style::lines));
  progress.begin("mlp", 1);
  run_stage(progress, 0, 500);  // a tenth takes 50 s
  EXPECT_EQ(count("\n"), 50);
}

TEST_F(Console, ShortRunsHaveOneLine) {
  Progress progress(out_, settings(Style::lines));
  progress.begin("mlp", 1);
  run_stage(progress, 0, 0.4);
  run_stage(progress, 1, 0.4);
  progress.end("stagnated");
  EXPECT_EQ(count("\n"), 1);
  EXPECT_THAT(text(), HasSubstr("mlp seed 1: stagnated after 200 steps"));
}

TEST_F(Console, UnknownLossErrorAndTotalAreLeftOut) {
  Progress progress(out_, settings(Style::lines));
  progress.begin("mlp", 1);
  time_ += 10;
  progress.update({0, 1, "lbfgs", 7, 0, unknown_value, unknown_value});
  EXPECT_EQ(text(), "mlp seed 1  1/1 lbfgs  step 7  10.0 s\n");
}

TEST_F(Console, APipeIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(console_settings(ends[1], false).style, Style::lines);
  EXPECT_EQ(console_settings(ends[1], true).style, Style::quiet);
  EXPECT_EQ(console_settings(ends[1], false).width(), 80);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Duration, IsShort) {
  EXPECT_EQ(duration(0.04), "0.0 s");
  EXPECT_EQ(duration(59.96), "1:00 min");
  EXPECT_EQ(duration(125), "2:05 min");
  EXPECT_EQ(duration(3725), "1:02:05 h");
  EXPECT_EQ(duration(unknown_value), "?");
}

class Log : public Scratch {};

TEST_F(Log, AppendsLinesWithTimes) {
  int calls = 0;
  const auto clock = [&] { return "T" + std::to_string(++calls); };
  RunLog(path("run.log"), clock).write("one\ntwo");
  RunLog log(path("run.log"), clock);
  log.write("three");
  EXPECT_EQ(content(path("run.log")), "T1 one two\nT2 three\n");  // without closing it
}

TEST_F(Log, HasUtcTimes) {
  RunLog(path("run.log")).write("x");
  EXPECT_THAT(content(path("run.log")),
              ::testing::MatchesRegex("20[0-9-]*T[0-9]*:[0-9]*:[0-9]*Z x\n"));
}

TEST_F(Log, NeedsItsDirectory) { EXPECT_THROW(RunLog(path("no/run.log")), std::system_error); }

TEST_F(Log, AFullDiskDoesNotStopARun) {
  RunLog log(path("run.log"), [] { return "T"; });
  {
    const FileSizeLimit limit(0);
    EXPECT_NO_THROW(log.write("lost"));
  }
  log.write("kept");
  EXPECT_THAT(content(path("run.log")), HasSubstr("T kept\n"));
}

}  // namespace
}  // namespace kanpde::output
