#include "output/report/pareto.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "output/report/frame.hpp"
#include "output/report/plot.hpp"
#include "output/table/sheet.hpp"
#include "output/table/statistics.hpp"

namespace kanpde::output {
namespace {

constexpr std::size_t most_in_small = 6;  ///< points in a drawing of the usual size

enum class Measure { rel_l2, mse, residual };

constexpr std::array<const char*, 3> names{"relative L2 error", "mean square error",
                                           "mean square of the residual"};

/// The worst of the unknowns.
Spread error_of(const ModelResult& model, const std::vector<std::string>& unknowns,
                Measure measure) {
  if (measure == Measure::residual) return spread(model, &RunResult::residual_mse);
  Spread worst;
  for (const std::string& unknown : unknowns) {
    const Spread s =
        spread(model, measure == Measure::mse ? &RunResult::mse : &RunResult::rel_l2, unknown);
    if (s.count > 0 && (worst.count == 0 || s.median > worst.median)) worst = s;
  }
  return worst;
}

bool is_drawn(const Spread& s) { return s.count > 0 && std::isfinite(s.median) && s.median > 0; }

bool all_know(const std::vector<Summary>& summaries, Measure measure) {
  return std::ranges::all_of(summaries, [&](const Summary& summary) {
    return std::ranges::any_of(summary.models, [&](const ModelResult& model) {
      return is_drawn(error_of(model, summary.unknowns, measure));
    });
  });
}

void mark_front(std::vector<ParetoPoint>& points) {
  for (ParetoPoint& p : points)
    p.on_front = std::ranges::none_of(points, [&](const ParetoPoint& q) {
      const bool as_good = q.parameters <= p.parameters && q.error <= p.error;
      return as_good && (q.parameters < p.parameters || q.error < p.error);
    });
}

/// Exponents of a range half as far again on both sides.
std::array<double, 2> widened(std::array<double, 2> range) {
  return {std::log10(range[0] / 1.5), std::log10(range[1] * 1.5)};
}

std::array<double, 2> extent(const std::vector<ParetoPoint>& points,
                             std::initializer_list<double ParetoPoint::*> members) {
  std::array<double, 2> range{HUGE_VAL, -HUGE_VAL};
  for (const ParetoPoint& p : points)
    for (const auto member : members) {
      if (!(p.*member > 0 && std::isfinite(p.*member))) continue;
      range[0] = std::min(range[0], p.*member);
      range[1] = std::max(range[1], p.*member);
    }
  return range[0] <= range[1] ? range : std::array<double, 2>{1, 10};
}

/// The models of the front, by parameters.
std::vector<ParetoPoint> on_front(std::vector<ParetoPoint> points) {
  std::erase_if(points, [](const ParetoPoint& p) { return !p.on_front; });
  std::ranges::sort(points, {}, &ParetoPoint::parameters);
  return points;
}

/// Steps along the front: what error can be had with so many parameters.
std::string front_line(const Frame2d& frame, const std::vector<ParetoPoint>& points) {
  std::string path;
  for (const ParetoPoint& p : points) {
    path += path.empty() ? fmt::format("M{:.1f} {:.1f}", frame.to_x(p.parameters), frame.top)
                         : fmt::format("H{:.1f}", frame.to_x(p.parameters));
    path += fmt::format("V{:.1f}", frame.to_y(p.error));
  }
  if (!path.empty()) path += fmt::format("H{:.1f}", frame.right);
  return fmt::format("<path class=\"front\" d=\"{}\"/>", path);
}

struct Box {
  double left, top, right, bottom;
  bool meets(const Box& o) const {
    return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
  }
};

/// Names beside their points, where they cover least.
class Labels {
 public:
  Labels(const Frame2d& frame, const std::vector<ParetoPoint>& points,
         const std::vector<ParetoPoint>& front)
      : frame_(frame) {
    for (const ParetoPoint& p : points) {
      const double x = frame.to_x(p.parameters), y = frame.to_y(p.error);
      taken_.push_back({x - 5, y - 5, x + 5, y + 5});
      taken_.push_back({x - 1, frame.to_y(p.largest), x + 1, frame.to_y(p.smallest)});
    }
    for (std::size_t k = 0; k < front.size(); ++k) {
      const double x = frame.to_x(front[k].parameters), y = frame.to_y(front[k].error);
      const bool is_last = k + 1 == front.size();
      taken_.push_back({x - 1, k == 0 ? frame.top : frame.to_y(front[k - 1].error), x + 1, y});
      taken_.push_back(
          {x, y - 1, is_last ? frame.right : frame.to_x(front[k + 1].parameters), y + 1});
    }
  }

  std::string place(const ParetoPoint& p) {
    const double x = frame_.to_x(p.parameters), y = frame_.to_y(p.error);
    const double width = text_width(p.name);
    Box best{};
    int least = 1 << 20;
    for (const double below : {4.0, -10.0, 18.0, -23.0, 31.0, -36.0, 44.0})
      for (const double left : {x + 9, x - 9 - width, x - width / 2}) {
        const Box box{left, y + below - 11, left + width, y + below + 3};
        const int cost = overlaps(box);
        if (cost < least) least = cost, best = box;
      }
    taken_.push_back(best);
    return leader(best, x, y) + svg_text(best.left, best.bottom - 3, "start", p.name);
  }

 private:
  int overlaps(const Box& box) const {
    const bool is_inside = box.left >= frame_.left && box.right <= frame_.right + 10 &&
                           box.top >= frame_.top - 4 && box.bottom <= frame_.bottom;
    return int(std::ranges::count_if(taken_, [&](const Box& o) { return o.meets(box); })) +
           (is_inside ? 0 : 3);
  }

  /// A line to a name that does not stand beside its point.
  static std::string leader(const Box& box, double x, double y) {
    const double to_x = std::clamp(x, box.left, box.right);
    const double to_y = std::clamp(y, box.top, box.bottom);
    if (std::hypot(to_x - x, to_y - y) < 16) return "";
    return fmt::format("<path class=\"tick\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>", x, y, to_x,
                       to_y);
  }

  const Frame2d& frame_;
  std::vector<Box> taken_;
};

/// The point, and a bar from the smallest to the largest error of the seeds.
std::string mark(const Frame2d& frame, const ParetoPoint& p) {
  const int colour = p.type == "mlp" ? 1 : 0;
  const double x = frame.to_x(p.parameters), y = frame.to_y(p.error);
  std::string out = fmt::format("<title>{}: {:.0f} parameters, {:.3g}</title>", escape_html(p.name),
                                p.parameters, p.error);
  if (p.smallest > 0 && std::isfinite(p.largest) && p.largest > p.smallest)
    out += fmt::format("<path class=\"mark c{}\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", colour, x,
                       frame.to_y(p.smallest), frame.to_y(p.largest));
  out += p.type == "mlp"
             ? fmt::format(
                   "<rect class=\"f{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"8\" "
                   "height=\"8\"/>",
                   colour, x - 4, y - 4)
             : fmt::format("<circle class=\"f{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>", colour,
                           x, y);
  return "<g>" + out + "</g>\n";
}

}  // namespace

ParetoFront pareto_front(const std::vector<Summary>& summaries,
                         const std::vector<std::string>& prefixes) {
  Measure measure = Measure::rel_l2;
  for (const Measure other : {Measure::mse, Measure::residual})
    if (!all_know(summaries, measure)) measure = other;
  ParetoFront front{names[std::size_t(measure)], {}};
  for (std::size_t k = 0; k < summaries.size(); ++k)
    for (const ModelResult& model : summaries[k].models) {
      const Spread s = error_of(model, summaries[k].unknowns, measure);
      if (!is_drawn(s) || model.parameters <= 0) continue;
      front.points.push_back({(prefixes.empty() ? "" : prefixes[k]) + model.name, model.type,
                              double(model.parameters), s.median, s.smallest, s.largest, false});
    }
  mark_front(front.points);
  return front;
}

Drawing draw_pareto(const ParetoFront& front) {
  Frame2d frame;
  frame.logarithmic = frame.logarithmic_x = true;
  frame.x = widened(extent(front.points, {&ParetoPoint::parameters}));
  frame.y = decades(
      extent(front.points, {&ParetoPoint::smallest, &ParetoPoint::error, &ParetoPoint::largest}));
  Drawing drawing;
  if (front.points.size() > most_in_small) {
    drawing.width = 640, drawing.height = 420;
    frame.right = drawing.width - 12, frame.bottom = drawing.height - 42;
  }
  drawing.title = "error against parameters";
  drawing.description =
      "Median over seeds, bars from the best to the worst seed. Dots: KANs; squares: MLPs; dashed: "
      "the least error for so many parameters.";
  const std::vector<ParetoPoint> line = on_front(front.points);
  drawing.body = frame.ticks() + front_line(frame, line);
  for (const ParetoPoint& p : front.points) drawing.body += mark(frame, p);
  Labels labels(frame, front.points, line);
  for (const ParetoPoint& p : front.points) drawing.body += labels.place(p);
  drawing.body += frame.labels(drawing.title, "parameters", front.measure);
  return drawing;
}

}  // namespace kanpde::output
