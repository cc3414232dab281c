#include "problems/spec/names.hpp"

#include <algorithm>
#include <set>

namespace kanpde::problems::spec {

namespace {

constexpr std::size_t longest_name = 64;

/// "a variable", "an unknown"
std::string with_article(const std::string& kind) {
  return (std::string("aeiou").find(kind.front()) != std::string::npos ? "an " : "a ") + kind;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Words of the expression language, which no name may hide.
bool is_reserved(const std::string& text) {
  static const std::set<std::string> words = {
      "pi",         "where",     "atan2", "and",       "or",    "not",   "diff",  "laplacian",
      "biharmonic", "grad",      "div",   "dot",       "dn",    "abs",   "sign",  "step",
      "sqrt",       "exp",       "log",   "ln",        "log10", "sin",   "cos",   "tan",
      "asin",       "acos",      "atan",  "sinh",      "cosh",  "tanh",  "erf",   "min",
      "max",        "pow",       "if",    "heaviside", "floor", "asinh", "acosh", "atanh",
      "bessel_j0",  "bessel_j1", "mod",   "inf",       "nan",   "true",  "false"};
  return words.contains(text);
}

}  // namespace

void check_file_name(const Node& name, const std::string& what) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
  if (name.is_word() && !name.text.empty() && name.text.size() <= longest_name &&
      std::all_of(name.text.begin(), name.text.end(), allowed))
    return;
  throw InputError(name.where,
                   fmt::format("{} has lower-case letters, digits and _ only (at most {}), got {}",
                               what, longest_name, shown(name)));
}

bool is_identifier(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

void Names::take(const Node& name, const std::string& kind) {
  const std::string a_kind = with_article(kind);
  if (!name.is_word() || !is_identifier(name.text) || name.text.size() > longest_name)
    throw InputError(name.where,
                     fmt::format("the name of {} is a letter followed by letters, digits and _ (at "
                                 "most {}), got {}",
                                 a_kind, longest_name, shown(name)));
  if (is_reserved(name.text))
    throw InputError(name.where,
                     fmt::format("'{}' is a word of the expression language and cannot name {}",
                                 name.text, a_kind));
  const auto [known, is_new] = taken_.insert({name.text, {a_kind, name.where.line}});
  if (!is_new)
    throw InputError(name.where, fmt::format("'{}' already names {} (line {})", name.text,
                                             known->second.kind, known->second.line));
}

}  // namespace kanpde::problems::spec
