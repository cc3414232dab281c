#include <filesystem>
#include <iostream>

#include "output/report/report.hpp"
#include "problems/problem.hpp"
#include "solver/cli/commands.hpp"
#include "solver/run_pictures.hpp"

namespace kanpde::solver {

namespace {

/// A page without networks is better than none.
std::vector<output::NetworkPicture> networks_in(const std::string& directory) {
  if (!std::filesystem::exists(std::filesystem::path(directory) / "checkpoint.h5")) return {};
  try {
    TrainedRun run(directory);
    return pictures_of(run);
  } catch (const InputError& error) {
    std::cerr << "without pictures of networks: " << error.what() << "\n";
    return {};
  }
}

}  // namespace

int run(const ReportCommand& command) {
  const std::filesystem::path directory = command.run;
  const problems::Problem problem = problems::read_problem((directory / "problem.yaml").string());
  std::cout << output::write_report(directory, problem.variables, networks_in(command.run)).string()
            << "\n";
  return done;
}

}  // namespace kanpde::solver
