#include <algorithm>

#include "solver/cli/tables/bases.hpp"
#include "solver/cli/tables/continual.hpp"
#include "solver/cli/tables/cost.hpp"
#include "solver/cli/tables/feynman.hpp"
#include "solver/cli/tables/poisson.hpp"
#include "solver/cli/tables/records.hpp"
#include "solver/cli/tables/scaling.hpp"
#include "solver/cli/tables/special.hpp"
#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

const std::vector<TableKind>& table_kinds() {
  static const std::vector<TableKind> kinds = {records_table(), poisson_table(), scaling_table(),
                                               special_table(), feynman_table(), continual_table(),
                                               bases_table(),   cost_table()};
  return kinds;
}

namespace {

/// The one of this name, or null.
template <class Named>
const Named* find(const std::vector<Named>& all, const std::string& name) {
  const auto one =
      std::find_if(all.begin(), all.end(), [&](const Named& named) { return named.name == name; });
  return one == all.end() ? nullptr : &*one;
}

}  // namespace

const TableKind* find_table_kind(const std::string& name) { return find(table_kinds(), name); }

const output::ModelResult* find_model(const output::Summary& summary, const std::string& name) {
  return find(summary.models, name);
}

}  // namespace kanpde::solver
