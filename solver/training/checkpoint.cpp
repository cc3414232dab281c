#include <algorithm>
#include <sstream>

#include "solver/training/training.hpp"

namespace kanpde::solver {

namespace {

std::vector<double> to_vector(const AlignedVector<double>& v) { return {v.begin(), v.end()}; }

void save_surrogate(const Surrogate& surrogate, const std::string& prefix, output::Store& store) {
  store.arrays[prefix + "/parameters"] = surrogate.theta;
  store.arrays[prefix + "/grids"] = to_vector(surrogate.shape.grids);
  std::vector<double> counts;
  for (const kan::LayerShape& layer : surrogate.shape.layers) counts.push_back(layer.basis_count);
  store.arrays[prefix + "/basis_counts"] = counts;
}

/// Into a surrogate of the same model, whose grids may have other sizes.
void load_surrogate(const output::Store& store, const std::string& prefix, Surrogate& surrogate) {
  const std::vector<double>& counts = store.arrays.at(prefix + "/basis_counts");
  int offset = 0, grid = 0;
  for (std::size_t l = 0; l < surrogate.shape.layers.size(); ++l) {
    kan::LayerShape& layer = surrogate.shape.layers[l];
    layer.basis_count = int(counts[l]);
    layer.grid_size = kernels::grid_size(layer.basis, layer.basis_count, layer.degree);
    layer.grid = grid;
    grid += layer.inputs * layer.grid_size;
    if (layer.frozen || layer.parameters() == 0) continue;
    layer.weights = offset;
    offset += layer.parameters();
  }
  surrogate.shape.parameters = offset;
  const std::vector<double>& grids = store.arrays.at(prefix + "/grids");
  surrogate.shape.grids.assign(grids.begin(), grids.end());
  surrogate.theta = store.arrays.at(prefix + "/parameters");
}

std::string piece_prefix(const std::string& prefix, std::size_t k) {
  return prefix + "/window" + std::to_string(k);
}

}  // namespace

void Training::save(output::Store& store, const std::string& prefix) const {
  const auto array = [&](const std::string& key, std::vector<double> values) {
    store.arrays[prefix + "/" + key] = std::move(values);
  };
  const auto integer = [&](const std::string& key, long value) {
    store.integers[prefix + "/" + key] = value;
  };
  integer("window", window());
  for (std::size_t k = 0; k < done_.pieces.size(); ++k)
    save_surrogate(done_.pieces[k].surrogate, piece_prefix(prefix, k), store);
  integer("pass", pass_);
  integer("pass_random", long(pass_random_));
  for (std::size_t i = 0; i < stretching_.size(); ++i)
    array("stretching" + std::to_string(i), stretching_[i]);
  save_surrogate(surrogate_, prefix, store);
  array("best", best_theta_);
  array("penalised_at", penalised_at_);
  array("numbers", {loss_, seconds_, best_loss_, mark_loss_, first_loss_});
  integer("stage", stage_);
  integer("stage_step", stage_step_);
  integer("steps", steps_);
  integer("mark_step", mark_step_);
  integer("finished", finished_);
  weights_.save(store, prefix + "/weights");
  integer("pseudo_index", pseudo_index_);
  integer("pseudo_taken", pseudo_taken_);
  array("pseudo_first", {pseudo_first_});
  if (pseudo_active_) array("pseudo_data", to_vector(points_.front().data.values()));
  integer("random", long(random_.position()));
  store.texts[prefix + "/status"] = status_;
  store.texts[prefix + "/notes"] = fmt::format("{}", fmt::join(notes_, "\n"));
  for (std::size_t t = 0; t < points_.size(); ++t) {
    const std::string term = "points" + std::to_string(t);
    array(term + "/x", to_vector(points_[t].x.values()));
    integer(term + "/count", points_[t].count());
    array(term + "/scale", scales_[t]);
  }
  for (const auto& [name, values] : optimizer_->save()) array("optimizer/" + name, values);
}

/// The windows done, and the problem of the present one.
void Training::load_windows(const output::Store& store, const std::string& prefix) {
  done_.pieces.clear();
  const long count = store.integers.at(prefix + "/window");
  for (long k = 0; k <= count; ++k) {
    enter_window();
    surrogate_.shape = make_shape(local(), model_, seed_);
    if (k == count) break;
    load_surrogate(store, piece_prefix(prefix, std::size_t(k)), surrogate_);
    done_ = solution();
  }
}

/// Where the stage in pseudo-time is, on the points loaded before.
void Training::load_pseudo_time(const output::Store& store, const std::string& prefix) {
  pseudo_index_ = int(store.integers.at(prefix + "/pseudo_index"));
  pseudo_taken_ = int(store.integers.at(prefix + "/pseudo_taken"));
  pseudo_first_ = store.arrays.at(prefix + "/pseudo_first").at(0);
  const auto data = store.arrays.find(prefix + "/pseudo_data");
  pseudo_active_ = data != store.arrays.end();
  TermPoints& points = points_.front();
  if (!pseudo_active_) return;
  points.data = Columns(int(data->second.size()) / points.count(), points.count());
  std::copy(data->second.begin(), data->second.end(), points.data.values().begin());
}

void Training::load(const output::Store& store, const std::string& prefix) {
  const auto array = [&](const std::string& key) -> const std::vector<double>& {
    return store.arrays.at(prefix + "/" + key);
  };
  const auto integer = [&](const std::string& key) {
    return store.integers.at(prefix + "/" + key);
  };
  pass_ = int(integer("pass"));
  load_windows(store, prefix);
  pass_random_ = std::uint64_t(integer("pass_random"));
  stretching_.clear();
  for (int i = 0; i < problem_.variable_count(); ++i)
    if (const auto at = store.arrays.find(prefix + "/stretching" + std::to_string(i));
        at != store.arrays.end())
      stretching_.push_back(at->second);
  place_points();
  load_surrogate(store, prefix, surrogate_);
  scales_.resize(specs_.size());
  for (std::size_t t = 0; t < points_.size(); ++t) {
    const std::string term = "points" + std::to_string(t);
    const std::vector<double>& x = array(term + "/x");
    if (t == 0 && specs_[0].kind == TermSpec::Kind::equations) {  // others never change
      points_[t].x = Columns(local().variable_count(), int(integer(term + "/count")));
      std::copy(x.begin(), x.end(), points_[t].x.values().begin());
    }
    scales_[t] = array(term + "/scale");
  }
  random_.seek(std::uint64_t(integer("random")));
  stage_ = int(integer("stage"));
  weights_.load(store, prefix + "/weights");
  load_pseudo_time(store, prefix);
  build_objective();
  activate();
  if (const auto at = store.arrays.find(prefix + "/penalised_at"); at != store.arrays.end())
    penalise(at->second);
  make_stage_optimizer();
  OptimizerState state;
  const std::string folder = prefix + "/optimizer/";
  for (auto at = store.arrays.lower_bound(folder);
       at != store.arrays.end() && at->first.rfind(folder, 0) == 0; ++at)
    state[at->first.substr(folder.size())] = at->second;
  optimizer_->load(state);
  const std::vector<double>& numbers = array("numbers");
  loss_ = numbers[0];
  seconds_ = numbers[1];
  best_loss_ = numbers[2];
  mark_loss_ = numbers[3];
  first_loss_ = numbers[4];
  best_theta_ = array("best");
  stage_step_ = integer("stage_step");
  steps_ = integer("steps");
  mark_step_ = integer("mark_step");
  finished_ = integer("finished") != 0;
  status_ = store.texts.at(prefix + "/status");
  notes_.clear();
  std::istringstream notes(store.texts.at(prefix + "/notes"));
  for (std::string line; std::getline(notes, line);) notes_.push_back(line);
}

}  // namespace kanpde::solver
