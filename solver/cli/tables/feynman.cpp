#include "solver/cli/tables/feynman.hpp"

namespace kanpde::solver {

namespace {

constexpr double seconds = 10, quick_seconds = 0.4;

const std::vector<KanSize> sizes = {{{5, 5}, 3, 3}, {{4, 3}, 7, 3}};

std::vector<Target> make_targets() {
  const std::string turn = "2*pi";
  return {
      {"i_6_2",
       "exp(-t^2/(2*s^2))/sqrt(2*pi*s^2)",
       {{"t", {"-1", "1"}}, {"s", {"0.5", "2"}}},
       {"2.86e-5", "1.45e-4"},
       "",
       ""},
      {"i_6_2b",
       "exp(-(t-r)^2/(2*s^2))/sqrt(2*pi*s^2)",
       {{"t", {"-1.5", "1.5"}}, {"r", {"-1.5", "1.5"}}, {"s", {"0.5", "2"}}},
       {"4.45e-4", "7.40e-4"},
       "",
       ""},
      {"i_9_18",
       "a/((b-1)^2+(c-d)^2+(f-g)^2)",
       {{"a", {"-1", "1"}},
        {"b", {"2", "3"}},
        {"c", {"0.5", "1"}},
        {"d", {"-1", "-0.5"}},
        {"f", {"0.5", "1"}},
        {"g", {"-1", "-0.5"}}},
       {"1.48e-3", "1.59e-3"},
       "",
       ""},
      {"i_12_11",
       "1+a*sin(t)",
       {{"a", {"-3", "1"}}, {"t", {"0", turn}}},
       {"9.13e-4", "6.71e-4"},
       "",
       ""},
      {"i_13_12",
       "a*(1/b-1)",
       {{"a", {"0", "2"}}, {"b", {"0.25", "4"}}},
       {"2.72e-3", "1.42e-3"},
       "",
       ""},
      {"i_15_3x",
       "(1-a)/sqrt(1-b^2)",
       {{"a", {"-1", "3"}}, {"b", {"-0.9", "0.9"}}},
       {"1.14e-3", "8.54e-4"},
       "",
       ""},
      {"i_16_6",
       "(a+b)/(1+a*b)",
       {{"a", {"-0.8", "0.8"}}, {"b", {"-0.8", "0.8"}}},
       {"1.06e-3", "6.20e-4"},
       "",
       ""},
      {"i_18_4",
       "(1+a*b)/(1+a)",
       {{"a", {"0", "1"}}, {"b", {"-3", "1"}}},
       {"1.50e-4", "3.68e-4"},
       "",
       ""},
      {"i_26_2",
       "asin(n*sin(t))",
       {{"n", {"0", "0.99"}}, {"t", {"0", turn}}},
       {"1.22e-4", "1.24e-4"},
       "",
       ""},
      {"i_27_6",
       "1/(1+a*b)",
       {{"a", {"0", "1"}}, {"b", {"0", "3"}}},
       {"1.94e-4", "2.46e-4"},
       "",
       ""},
      {"i_29_16",
       "sqrt(1+a^2-2*a*cos(r-s))",
       {{"a", {"-1", "1"}}, {"r", {"0", turn}}, {"s", {"0", turn}}},
       {"3.20e-3", "4.64e-3"},
       "",
       ""},
      {"i_30_3",
       "sin(n*t/2)^2/sin(t/2)^2",
       {{"n", {"0", "4"}}, {"t", {"0.4*pi", "1.6*pi"}}},
       {"1.03e-3", "1.50e-2"},
       "",
       ""},
      {"i_30_5",
       "asin(a/n)",
       {{"a", {"-1", "1"}}, {"n", {"1", "2.25"}}},
       {"3.49e-5", "9.45e-5"},
       "",
       ""},
      {"i_37_4",
       "1+a+2*sqrt(a)*cos(d)",
       {{"a", {"0.01", "1"}}, {"d", {"0", turn}}},
       {"4.91e-6", "5.67e-4"},
       "",
       ""},
      {"i_40_1",
       "n*exp(-a)",
       {{"n", {"0", "1"}}, {"a", {"-1", "1"}}},
       {"3.12e-4", "3.99e-4"},
       "",
       ""},
      {"i_44_4",
       "n*ln(a)",
       {{"n", {"0", "1"}}, {"a", {"0.25", "4"}}},
       {"2.30e-5", "3.99e-4"},
       "",
       ""},
      {"i_50_26",
       "cos(a)+b*cos(a)^2",
       {{"a", {"0", turn}}, {"b", {"0", "1"}}},
       {"1.52e-4", "1.53e-3"},
       "",
       ""},
      {"ii_2_42",
       "(a-1)*b",
       {{"a", {"-1", "3"}}, {"b", {"-1", "1"}}},
       {"7.22e-4", "1.81e-4"},
       "",
       ""},
      {"ii_6_15a",
       "c*sqrt(a^2+b^2)/(4*pi)",
       {{"a", {"0", "1"}}, {"b", {"0", "1"}}, {"c", {"0", "4"}}},
       {"1.35e-3", "5.92e-4"},
       "",
       ""},
      {"ii_11_7",
       "n*(1+a*cos(t))",
       {{"n", {"0", "1"}}, {"a", {"-4", "4"}}, {"t", {"0", turn}}},
       {"5.03e-3", "5.92e-4"},
       "",
       ""},
      {"ii_11_27",
       "n*a/(1-n*a/3)",
       {{"n", {"0", "1"}}, {"a", {"0", "2"}}},
       {"1.43e-5", "7.18e-5"},
       "",
       ""},
      {"ii_35_18",
       "n/(exp(a)+exp(-a))",
       {{"n", {"0", "1"}}, {"a", {"0", "4"}}},
       {"7.71e-5", "7.92e-5"},
       "",
       ""},
      {"ii_36_38",
       "a+c*b",
       {{"a", {"0", "1"}}, {"c", {"0", "1"}}, {"b", {"0", "4"}}},
       {"1.15e-3", "2.15e-3"},
       "",
       ""},
      {"ii_38_3", "a/b", {{"a", {"0", "1"}}, {"b", {"0.5", "2"}}}, {"8.78e-5", "5.26e-4"}, "", ""},
      {"iii_9_52",
       "a*sin((b-c)/2)^2/((b-c)/2)^2",
       {{"a", {"0", "1"}}, {"b", {"0", "pi"}}, {"c", {"-pi", "-0.1"}}},
       {"3.90e-3", "9.07e-4"},
       "",
       ""},
      {"iii_10_19",
       "sqrt(1+a^2+b^2)",
       {{"a", {"0", "1"}}, {"b", {"0", "1"}}},
       {"8.16e-4", "1.67e-4"},
       "",
       ""},
      {"iii_17_37",
       "b*(1+a*cos(t))",
       {{"b", {"0", "1"}}, {"a", {"0", "1"}}, {"t", {"0", turn}}},
       {"4.12e-4", "6.80e-4"},
       "",
       ""}};
}

std::vector<TableRow> rows(bool quick) {
  std::vector<TableRow> all;
  for (const Target& target : feynman_targets())
    all.push_back(contest_row(target, sizes, quick ? quick_seconds : seconds));
  return all;
}

output::Sheet sheet(const TableResults& results) {
  return contest_sheet(feynman_targets(), results);
}

std::string notes(const TableResults& results) {
  return contest_notes(feynman_targets(), results) +
         "- Published: table 2 there, the lowest of its human-constructed, pruned and unpruned "
         "KANs.\n";
}

}  // namespace

const std::vector<Target>& feynman_targets() {
  static const std::vector<Target> targets = make_targets();
  return targets;
}

TableKind feynman_table() {
  return {"feynman", "27 formulas of the KAN paper, KAN against MLP", rows, sheet, notes};
}

}  // namespace kanpde::solver
