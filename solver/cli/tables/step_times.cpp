#include "solver/cli/tables/step_times.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "solver/comparison.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<double> step_seconds(problems::Problem& problem, const std::vector<std::string>& models,
                                 int rounds) {
  const std::vector<Contestant> all = contestants(problem, models);
  std::vector<std::unique_ptr<Training>> trainings(all.size());
  std::vector<std::vector<double>> seconds(all.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (!trainings[k] || trainings[k]->finished()) {
        trainings[k] = std::make_unique<Training>(problem, all[k].settings, all[k].training, 0);
        trainings[k]->advance();  // the first step fills caches
      }
      const auto start = std::chrono::steady_clock::now();
      trainings[k]->advance();
      seconds[k].push_back(
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
  std::vector<double> medians;
  for (const std::string& name : models)
    for (std::size_t k = 0; k < all.size(); ++k)
      if (all[k].settings.name == name && !seconds[k].empty())
        medians.push_back(median(seconds[k]));
  return medians;
}

}  // namespace kanpde::solver
