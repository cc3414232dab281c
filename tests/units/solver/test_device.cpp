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
  const bool usable = !list.devices.empty() && kernels::obstacle(0).empty();
  const Machine machine = choose_device("auto");
  EXPECT_EQ(machine.device, usable ? "cuda:0" : "cpu");
  EXPECT_EQ(machine.target.kind, usable ? Kind::cuda : Kind::cpu);
}

kernels::DeviceList two_gpus() {
  return {{{0, "first", 1, 9, 0, 132}, {1, "second", 1, 9, 0, 132}}, "", false};
}

TEST(ChooseDevice, TakesTheProcessorByItselfWhereTheGpuCannotBeUsed) {
  const auto obstacle = [](int) { return std::string("out of order"); };
  const Machine machine = choose_device("auto", two_gpus(), obstacle);
  EXPECT_EQ(machine.target.kind, Kind::cpu);
  EXPECT_EQ(machine.device, "cpu");
  EXPECT_EQ(hardware(machine), hardware());
  EXPECT_EQ(machine.note, "training on the CPU, for cuda:0 cannot be used: out of order");
}

TEST(ChooseDevice, SaysWhatHidesAGpu) {
  const auto never = [](int) -> std::string { throw std::logic_error("asked"); };
  EXPECT_EQ(choose_device("auto", {{}, "a library is missing", true}, never).note,
            "training on the CPU: a library is missing");
  EXPECT_EQ(choose_device("auto", {{}, "no driver", false}, never).note, "");
}

TEST(ChooseDevice, TakesAUsableGpuWithoutANote) {
  const auto usable = [](int) { return std::string(); };
  const auto never = [](int) -> std::string { throw std::logic_error("asked"); };
  EXPECT_EQ(choose_device("auto", two_gpus(), usable).device, "cuda:0");
  EXPECT_EQ(choose_device("auto", two_gpus(), usable).note, "");
  EXPECT_EQ(choose_device("cuda:1", two_gpus(), never).gpu, "second");
  EXPECT_THROW(choose_device("cuda:2", two_gpus(), never), InputError);
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
