#include "solver/optimizer/damped_model.hpp"

#include <cmath>

#include "solver/optimizer/host_model.hpp"

namespace kanpde::solver {

bool DampedModel::finite() const {
  return std::isfinite(loss_) && gradient_.allFinite() && diagonal_.allFinite();
}

void DampedModel::scale(const Vector& D, const std::vector<int>& fixed) {
  Vector root = D.cwiseSqrt().cwiseInverse();
  for (const int i : fixed) root(i) = 0.0;
  set_root(root);
}

std::unique_ptr<DampedModel> Objective::device_model() { return nullptr; }

std::unique_ptr<DampedModel> make_damped_model(Objective& objective, double host_bytes) {
  if (auto model = objective.device_model()) return model;
  return std::make_unique<HostModel>(objective, host_bytes);
}

}  // namespace kanpde::solver
