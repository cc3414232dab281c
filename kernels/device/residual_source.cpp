#include "kernels/device/residual_source.hpp"

#include <fmt/format.h>

#include <iterator>

#include "kernels/device/tape_text.hpp"

namespace kanpde::kernels::device {

namespace {

class Writer {
 public:
  Writer(const Term& term, bool single_precision)
      : tape_(term, single_precision, load), program_(tape_.program()) {}

  std::string text() {
    begin();
    text_ += tape_.residual_values();
    write_residuals();
    line("if (mode == 0) return;");
    text_ += tape_.other_values();
    write_gradient_seeds();
    for (int e = 0; e < program_.equations; ++e) write_jacobian_seeds(e);
    return text_ + "}\n";
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_ += "  ";
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  static std::string jet(const ResidualInput& place) {
    return fmt::format("{} * component_stride + {}p", place.index,
                       place.copy ? fmt::format("{} * (long)half + ", place.copy) : "");
  }

  static std::string load(const ResidualInput& from) {
    if (from.kind == ResidualInput::Kind::jet) return fmt::format("jets[{}]", jet(from));
    if (from.kind == ResidualInput::Kind::scalar) return fmt::format("scalars[{}]", from.index);
    return fmt::format("columns[{} * column_stride + p]", from.index);
  }

  void begin() {
    text_ = fmt::format(
        "extern \"C\" __global__ void {1}(\n"
        "    int mode, int count, const {0}* __restrict__ columns, long column_stride,\n"
        "    const {0}* __restrict__ jets, long component_stride, int half,\n"
        "    const {0}* __restrict__ scalars, const {0}* __restrict__ scale,\n"
        "    const {0}* __restrict__ point_scale, {0}* __restrict__ r, long row_stride,\n"
        "    {0}* __restrict__ seeds, {0}* __restrict__ d_scalars, long scalar_stride) {{\n",
        tape_.type(), residual_kernel);
    line("const long p = (long)blockIdx.x * blockDim.x + threadIdx.x;");
    line("if (p >= count) return;");
  }

  void write_residuals() {
    for (int e = 0; e < program_.equations; ++e) {
      line("const {0} f{1} = point_scale ? scale[{1}] * point_scale[p] : scale[{1}];", tape_.type(),
           e);
      line("r[{} * row_stride + p] = f{} * {};", e, e, tape_.residual(e));
    }
  }

  void write_seed(const ResidualTarget& target, const std::string& sum) {
    if (target.place.kind == ResidualInput::Kind::jet)
      line("  seeds[{}] = {};", jet(target.place), sum);
    else
      line("  d_scalars[{} * scalar_stride + p] = {};", target.place.index, sum);
  }

  void write_gradient_seeds() {
    line("if (mode == 1) {{");
    for (int e = 0; e < program_.equations; ++e)
      line("  const {} w{} = f{} * f{} * {};", tape_.type(), e, e, e, tape_.residual(e));
    for (const ResidualTarget& target : program_.targets)
      write_seed(target, tape_.sum(target, 'w', -1));
    line("}}");
  }

  void write_jacobian_seeds(int e) {
    line("if (mode == {}) {{", 2 + e);
    for (const ResidualTarget& target : program_.targets)
      write_seed(target, tape_.sum(target, 'f', e));
    line("}}");
  }

  TapeText tape_;
  const ResidualProgram& program_;
  std::string text_;
};

}  // namespace

std::string residual_source(const Term& term, bool single_precision) {
  return Writer(term, single_precision).text();
}

}  // namespace kanpde::kernels::device
