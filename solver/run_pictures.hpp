#pragma once
/// Pictures of the networks of a run.

#include <string>
#include <vector>

#include "solver/network_picture.hpp"
#include "solver/trained_run.hpp"

namespace kanpde::solver {

/// Of one window in time (0 where there are none) of a trained model over quasi-random points.
/// Errors: InputError where the model has no such window or subdomain.
output::NetworkPicture picture_of(problems::Problem& problem, const std::string& model, int seed,
                                  const Solution& solution, int window, PictureOptions options);

/// Of every model of a run that has one, each with its first seed.
std::vector<output::NetworkPicture> pictures_of(TrainedRun& run);

}  // namespace kanpde::solver
