#pragma once
/// Polynomials and rational functions with given poles in the complex plane.

#include <complex>
#include <vector>

namespace kanpde::problems {

/// 1, (z - center), ..., (z - center)^degree, and for each group of poles p_1, p_2, ... the
/// products 1/(z - p_1), 1/((z - p_1)(z - p_2)), ..., each family orthonormal over the sample
/// points by Arnoldi's recurrence, without which powers are useless beyond degree 15 or so. Source:
/// Brubeck, Nakatsukasa, Trefethen 2021, doi:10.1137/19M130100X.
class RationalBasis {
 public:
  using Complex = std::complex<double>;

  RationalBasis(const std::vector<Complex>& samples, Complex center, int degree,
                const std::vector<std::vector<Complex>>& poles);
  int size() const { return size_; }

  /// values[(derivative * size() + function) * points + point] (written): derivatives 0 ..
  /// orders-1, orders <= 3. Function 0 is the constant.
  void evaluate(const std::vector<Complex>& z, int orders, std::vector<Complex>& values) const;

 private:
  /// One recurrence; function k + 1 is (z - center) q_k or q_k / (z - poles[k]), made orthogonal to
  /// q_0 .. q_k. q_0 = 1 belongs to the first family alone.
  struct Family {
    int count = 0;                 ///< functions besides q_0
    std::vector<Complex> poles;    ///< empty: polynomials
    std::vector<Complex> weights;  ///< [k][j <= k + 1]: parts of q_j, then the norm
  };
  void orthogonalise(Family& family, const std::vector<Complex>& samples) const;
  /// q [derivative][function 0 .. count][point]
  std::vector<Complex> run(const Family& family, const std::vector<Complex>& z, int orders) const;

  Complex center_;
  int size_ = 0;
  std::vector<Family> families_;
};

}  // namespace kanpde::problems
