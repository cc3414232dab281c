/// The solution against which errors are measured.

#include <filesystem>

#include "problems/reference/reference.hpp"
#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

void read_exact(Build& build, const ReferenceEntry& entry, Reference& reference) {
  const Problem& problem = build.problem;
  reference.kind = Reference::Kind::exact;
  std::vector<std::string> names;
  for (const Quantity& quantity : problem.quantities) names.push_back(quantity.name);
  reference.exact.resize(names.size());
  for (const auto& [name, value] : entry.exact) {
    const auto found = std::find(names.begin(), names.end(), name.text);
    if (found == names.end())
      fail(name,
           fmt::format("exact: {} is no unknown{}", shown(name), suggestion(name.text, names)));
    build.reader.key = name.text;
    const Expr e = build.reader.expression(value, problem.scope);
    if (build.depends_on(e, {Symbol::Kind::unknown, Symbol::Kind::parameter, Symbol::Kind::normal}))
      fail(value, fmt::format("exact: expected an expression in variables and constants, got {}",
                              shown(value)));
    reference.exact[std::size_t(found - names.begin())] = e;
  }
}

void read_generator(Build& build, const ReferenceEntry& entry, Reference& reference) {
  build.reader.key = "generator";
  const std::vector<std::string> names = generator_names();
  reference.kind = Reference::Kind::generator;
  reference.name = names[std::size_t(build.reader.choice(entry.generator, names))];
  for (const auto& [name, value] : entry.options) reference.options[name.text] = value;
}

void read_columns(Build& build, const ReferenceEntry& entry, Reference& reference) {
  const Problem& problem = build.problem;
  std::vector<std::string> names = problem.variables;
  names.insert(names.end(), problem.unknowns.begin(), problem.unknowns.end());
  for (const auto& [name, value] : entry.columns) {
    if (std::find(names.begin(), names.end(), name.text) == names.end())
      fail(name, fmt::format("columns: {} is no variable or unknown{}", shown(name),
                             suggestion(name.text, names)));
    reference.columns[name.text] = value;
  }
}

void read_file(Build& build, const ReferenceEntry& entry, Reference& reference) {
  build.reader.key = "file";
  const std::string& name = build.reader.text(entry.file, "a file name");
  const std::string ending = std::filesystem::path(name).extension().string();
  static const std::string endings[] = {".csv", ".h5", ".mat", ".vti", ".vtu"};
  if (std::find(std::begin(endings), std::end(endings), ending) == std::end(endings))
    fail(entry.file, fmt::format("file: expected a name that ends in {}, got {}",
                                 fmt::join(endings, ", "), shown(entry.file)));
  reference.kind = Reference::Kind::file;
  reference.name = file_beside(build.problem.file, name);
  std::error_code error;
  if (!std::filesystem::is_regular_file(reference.name, error))
    fail(entry.file, fmt::format("cannot read '{}': there is no such file", reference.name));
  read_columns(build, entry, reference);
}

}  // namespace

void build_reference(Build& build) {
  if (!build.document.reference) return;
  const ReferenceEntry& entry = *build.document.reference;
  Reference& reference = build.problem.reference;
  reference.where = build.place({"reference"}).where;
  if (!entry.exact.empty()) return read_exact(build, entry, reference);
  reference.where = (entry.file.is_null() ? entry.generator : entry.file).where;
  if (!entry.file.is_null()) return read_file(build, entry, reference);
  read_generator(build, entry, reference);
}

}  // namespace kanpde::problems::spec
