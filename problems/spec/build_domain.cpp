/// Shapes, and which variables are space, time and parameters.

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

ShapePointer box(const std::vector<Range>& ranges) {
  Box bounds;
  for (const Range& range : ranges) {
    bounds.lower.push_back(range[0]);
    bounds.upper.push_back(range[1]);
  }
  return make_box(std::move(bounds));
}

ShapePointer polygon(const Node& node, const std::vector<std::vector<double>>& corners) {
  std::vector<std::array<double, 2>> vertices;
  for (const auto& corner : corners) vertices.push_back({corner[0], corner[1]});
  try {
    return make_polygon(std::move(vertices));
  } catch (const std::invalid_argument& error) {
    fail(node, fmt::format("polygon: {}", error.what()));
  }
}

/// Operands of a combination: two or more shapes of one dimension.
std::vector<ShapePointer> operands(const Node& node, const std::vector<Node>& entries,
                                   Reader& reader) {
  constexpr std::size_t most = 1000;
  if (entries.size() < 2 || entries.size() > most)
    fail(node, fmt::format("expected 2 to {} shapes, got {}", most, entries.size()));
  std::vector<ShapePointer> shapes;
  for (const Node& entry : entries) {
    shapes.push_back(build_shape(entry, reader));
    if (shapes.back()->dimension() != shapes.front()->dimension())
      fail(entry, fmt::format("this shape has dimension {}, the first one {}",
                              shapes.back()->dimension(), shapes.front()->dimension()));
  }
  return shapes;
}

/// Refuses a combination in which no point is found: a difference that removes everything, for one.
template <class Make>
ShapePointer not_empty(const Node& node, const Make& make) {
  constexpr int tries = 20000;
  ShapePointer shape;
  try {
    shape = make();
  } catch (const std::invalid_argument& error) {  // bounding boxes apart
    fail(node, error.what());
  }
  const Box bounds = shape->bounding_box();
  const int d = shape->dimension();
  Random random(0);
  std::vector<double> x(static_cast<std::size_t>(d));
  for (int i = 0; i < tries; ++i) {
    for (int k = 0; k < d; ++k) x[k] = random.uniform(bounds.lower[k], bounds.upper[k]);
    if (shape->contains(x)) return shape;
  }
  fail(node,
       fmt::format("this region is empty, or so thin that none of {} points lies in it", tries));
}

ShapePointer combination(const Node& node, const ShapeEntry& entry, Reader& reader) {
  if (const Node* given = node.find("union"))
    return make_union(operands(*given, entry.unite, reader));
  if (const Node* given = node.find("intersection"))
    return not_empty(*given, [shapes = operands(*given, entry.intersection, reader)] {
      return make_intersection(shapes);
    });
  const Node& given = *node.find("difference");
  auto shapes = operands(given, entry.difference, reader);
  const ShapePointer first = shapes.front();
  shapes.erase(shapes.begin());
  return not_empty(given, [&] { return make_difference(first, shapes); });
}

}  // namespace

ShapePointer build_shape(const Node& node, Reader& reader) {
  ShapeEntry entry;
  reader.key = "shape";
  reader.require_map(node, "a shape, such as {interval: [0, 1]}");
  shape_block().read(entry, node, reader);
  if (node.items.size() != 1)
    fail(node,
         fmt::format("expected one shape, got {} keys; join several by union, intersection or "
                     "difference",
                     node.items.size()));
  const Node& value = node.items.front();
  if (!entry.mesh.is_null())
    fail(node.keys.front(),
         "meshes are not supported yet; use interval, box, disk, ball, polygon and "
         "their union, difference, intersection");
  if (entry.interval) return box({*entry.interval});
  if (!entry.box.empty()) return box(entry.box);
  if (entry.disk && entry.disk->center.size() != 2)
    fail(value, fmt::format("disk: the centre needs 2 numbers, got {}", entry.disk->center.size()));
  if (entry.ball && entry.ball->center.size() < 2)
    fail(value, "ball: the centre needs 2 or more numbers");
  if (entry.disk) return make_ball(entry.disk->center, entry.disk->radius);
  if (entry.ball) return make_ball(entry.ball->center, entry.ball->radius);
  if (!entry.polygon.empty()) return polygon(value, entry.polygon);
  return combination(node, entry, reader);
}

namespace {

std::string plural(std::size_t n, const std::string& what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// Ranges of the last variables, in the order of `variables`.
void add_parameters(Build& build) {
  const DomainEntry& domain = build.document.domain;
  Problem& problem = build.problem;
  const std::size_t first = problem.variables.size() - domain.parameters.size();
  const std::vector<std::string> last(problem.variables.begin() + std::ptrdiff_t(first),
                                      problem.variables.end());
  for (const auto& entry : domain.parameters)
    if (std::find(last.begin(), last.end(), entry.name.text) == last.end())
      fail(entry.name, fmt::format("'{}' is not among the last {} of the variables ({})",
                                   entry.name.text, last.size(), fmt::join(last, ", ")));
  for (const std::string& name : last)
    for (const auto& entry : domain.parameters)
      if (entry.name.text == name) {
        problem.region.extra.lower.push_back(entry.value[0]);
        problem.region.extra.upper.push_back(entry.value[1]);
      }
}

}  // namespace

void build_domain(Build& build) {
  const DomainEntry& domain = build.document.domain;
  Problem& problem = build.problem;
  if (!domain.space.is_null()) problem.region.space = build_shape(domain.space, build.reader);
  problem.space_dimension = problem.region.space ? problem.region.space->dimension() : 0;
  problem.has_time = domain.time.has_value();
  if (!problem.region.space && !problem.has_time)
    fail(build.place({"domain"}), "domain: expected 'space', 'time' or both");
  const std::size_t needed =
      std::size_t(problem.space_dimension) + problem.has_time + domain.parameters.size();
  if (needed != problem.variables.size())
    fail(build.place({"variables"}),
         fmt::format(
             "variables: {}, but the domain has {}{}, {}; variables are space, then time, then "
             "parameters",
             plural(problem.variables.size(), "name"),
             fmt::format("{} of space", problem.space_dimension), problem.has_time ? ", time" : "",
             plural(domain.parameters.size(), "parameter")));
  if (problem.has_time) problem.region.extra = {{(*domain.time)[0]}, {(*domain.time)[1]}};
  add_parameters(build);
  problem.domain_text = to_flow(*document_block().write(build.document).find("domain"));
}

}  // namespace kanpde::problems::spec
