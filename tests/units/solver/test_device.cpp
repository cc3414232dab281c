/// solver/cli/device.hpp.

#include <gtest/gtest.h>

#include "kernels/base/error.hpp"
#include "kernels/devices.hpp"
#include "solver/cli/device.hpp"
#include "solver/validate.hpp"

namespace kanpde::solver {
namespace {

using Kind = kernels::Target::Kind;

TEST(ChooseDevice, TakesTheProcessorWhereItIsAskedFor) {
  const Machine machine = choose_device("cpu");
  EXPECT_EQ(machine.target.kind, Kind::cpu);
  EXPECT_EQ(machine.device, "cpu");
  EXPECT_EQ(hardware(machine), hardware());
}

TEST(ChooseDevice, TakesTheEmulationForTests) {
  const Machine machine = choose_device("emulated");
  EXPECT_EQ(machine.target.kind, Kind::emulated);
  EXPECT_EQ(machine.device, "emulated");
}

TEST(ChooseDevice, TakesTheFirstGpuByItselfWhereThereIsOne) {
  const kernels::DeviceList list = kernels::list_devices();
  const Machine machine = choose_device("auto");
  EXPECT_EQ(machine.device, list.devices.empty() ? "cpu" : "cuda:0");
  EXPECT_EQ(machine.target.kind, list.devices.empty() ? Kind::cpu : Kind::cuda);
}

TEST(ChooseDevice, TakesAGpuByItsNumber) {
  const kernels::DeviceList list = kernels::list_devices();
  if (list.devices.empty()) {
    EXPECT_THROW(choose_device("cuda"), InputError);
    EXPECT_THROW(choose_device("cuda:0"), InputError);
    return;
  }
  const int last = int(list.devices.size()) - 1;
  const Machine machine = choose_device("cuda:" + std::to_string(last));
  EXPECT_EQ(machine.target.kind, Kind::cuda);
  EXPECT_EQ(machine.target.index, last);
  EXPECT_EQ(hardware(machine), list.devices.back().name + "; " + hardware());
  EXPECT_EQ(choose_device("cuda").device, "cuda:0");
}

TEST(ChooseDevice, RefusesWordsThatNameNoDevice) {
  for (const char* word : {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:1x", "cuda:1 ", "cudas"})
    EXPECT_THROW(choose_device(word), InputError) << word;
}

TEST(ChooseDevice, RefusesAGpuThatIsNotThere) {
  EXPECT_THROW(choose_device("cuda:999"), InputError);
}

TEST(CheckPrecision, RefusesFloat32OnTheProcessorOnly) {
  Contestant contestant;
  EXPECT_NO_THROW(check_precision({contestant}, {}));
  contestant.training.precision = "float32";
  EXPECT_NO_THROW(check_precision({contestant}, choose_device("emulated")));
  EXPECT_THROW(check_precision({{}, contestant}, {}), InputError);
}

}  // namespace
}  // namespace kanpde::solver
