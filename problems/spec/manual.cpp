/// Prose of the manual page of problem files, and the template that `kanpde new` writes.

#include "problems/spec/document.hpp"

namespace kanpde::problems::spec {

// clang-format off
const char* const template_text = R"yaml(# Heat equation on an interval.
# Run: kanpde solve @NAME@.yaml
name: @NAME@   # lower-case letters, digits and _; names the run directory
title: Heat equation on an interval

variables: [x, t]                     # space first, then time: the order of columns in every file
domain:
  space: {interval: [0, 1]}           # or box, disk, ball, polygon, union, difference, intersection
  time: [0, 0.5]                      # leave out for a steady problem
constants: {k: 0.1}                   # numbers below may use these
unknowns: [u]
equations:
  - u_t = k*u_xx                      # or u_t = k*diff(u, x, 2), or u_t = k*laplacian(u)
conditions:
  - {where: initial, require: u = sin(pi*x)}
  - {where: boundary, require: u = 0}      # or left, right, a name from `boundaries`, a predicate
reference: {exact: {u: "exp(-k*pi^2*t)*sin(pi*x)"}}   # leave out when no solution is known

# Everything below may be left out; `kanpde describe KEY` explains each key.
points: {interior: 2000, boundary: 200, initial: 200, method: sobol}
models:                               # any number, any names
  kan: {type: kan}                    # its size follows from the problem; or hidden, degree, grid
  mlp: {type: mlp, hidden: [20, 20], activation: tanh}
training: auto                        # or stages, seeds, ...
output: {grid: [101, 101], format: [vtk, csv]}
)yaml";

/// @EXAMPLE@ and @TABLE(block)@ are filled in from the tables.
const char* const manual_page = R"text(# Problem files

A problem is one YAML file. This page is printed from the tables that read the file (`kanpde
describe KEY` prints one key), so what it says is what the program does.

```yaml
@EXAMPLE@```

`name`, `variables`, `domain`, `unknowns`, `equations` and `conditions` are required; every other
key has a default. A problem without `equations` fits measured values (`data`) or a function
(`reference: {exact: ...}`); `conditions` may then be absent as well.

## Text and numbers

- Text is UTF-8, at most 1 MiB; indent with spaces. Anchors and aliases work. Tags, merge keys
  (`<<`), several documents in one file, and a key given twice are errors.
- A number is written in decimal, or as an expression in constants: `0.01/pi`, `2*pi`, `nu/2`.
- Yes and no are written `true` and `false`.
- Inside braces and brackets YAML cuts text at a comma: an expression with a comma needs quotes
  there.
- An error names file, line and column (counted in bytes), what was found and what was expected;
  nothing starts.
- `--set path=value` changes a value before the file is read: `--set training.seeds=[0]`, `--set
  models.kan.grid=8`, `--set conditions.0.weight=3` (entries of a list count from 0).

## Names

Variables stand in the order space, time, parameters: with `space: {box: [[0, 1], [0, 1]]}`,
`time: [0, 2]` and `parameters: {nu: [0.01, 0.1]}` in `domain`, write `variables: [x, y, t, nu]`.
The names themselves are free. An ordinary differential equation has `time` and no `space`. A name
is a letter followed by letters, digits and underscores, and stands for one thing only.

## Expressions

`+ - * / ^`, `pi`, `e`, the usual functions, comparisons with `and`, `or`, `not`. Derivatives:
`u_x u_xx u_xy u_tt` for variables of one letter; `diff(e, x, 2)` and `diff(e, x, y)` for any
expression `e`; `laplacian(e)`, `biharmonic(e)`, `grad(e)`, `div([a, b])`, `dot([a, b], [c, d])`
over the space variables; `dn(e)`, the derivative along the outward normal, in boundary
conditions.

@TABLE()@
## domain

`space` is one shape. Named parts of its boundary: `left right bottom top back front` on an
interval or a box (first, second, third axis). A shape made of others has the parts of all of
them.

@TABLE(domain)@
## conditions

An entry is a block, or an equation alone (on the boundary; at the initial time if there is no
space). `where` takes `boundary`, `initial`, `interior`, a named part (`edge0`, `edge1`, ... of a
polygon, from its first corner on), a predicate, or `{point: [0, 1]}`: one point, at all times.
`hard: true` is for `u = g` only, at the initial time, on the whole boundary or on a side of a
box, and for `periodic`. Periodic axes need an interval or a box.

@TABLE(conditions)@
## parameters

@TABLE(parameters)@
## data

The file has a line of column names, then rows of numbers, separated by commas. Every variable has
a column, and so has at least one unknown.

@TABLE(data)@
## reference

A file holds an array for every variable and for at least one unknown, under their names or those
in `columns`:

    reference: {file: burgers.mat, columns: {u: usol}}

Arrays of one size give a point an entry; in a .csv file they are its columns, in a .vti or .vtu
file the coordinates `x`, `y`, `z` of its points and its point data (a field of c > 1 components is
`NAME_0`, `NAME_1`, ...). Otherwise the variables are axes, lists of n1, n2, ... values, and every
unknown is an n1 x n2 x ... array, in the order of `variables` or the reverse. A .mat file is one of
level 5 (`save -v7`, SciPy; complex arrays are `NAME_real` and `NAME_imag`) or of version 7.3; .h5
and .mat files may hold other arrays besides.

Points that fill a grid, in any order of rows, are interpolated through the 6 nearest along each
axis, and errors are measured on the output grid where the file covers it; the stated error is that
of the interpolation, estimated by leaving out every other point. Other points must lie in the
domain, and errors are measured at them alone; of these values no error is known. What the file's
own values are off is for the user to know.

@TABLE(reference)@
## points

@TABLE(points)@
## models

Without this block there are two: `kan: {type: kan, hidden: [10, 10], degree: 3, grid: 5}` and
`mlp: {type: mlp, hidden: [40, 40, 40], activation: tanh}`. Where an equation evolves in time over
one space variable and `training` is free to choose windows, this KAN, and one of which the file
gives nothing but the type, is `{hidden: [1], degree: 9, grid: 120, base: none, time_degree: 6}`;
on a box of two space variables, with first derivatives in time, it is one of products of degree 5
or more with `time_degree: 3`, its grid as fine as the interior points allow (46 with the 20000 that
are then drawn where the file gives no number).
With `time_degree: p` the network reads space alone; at each of p + 1 times of a window (its start
and Radau's nodes) its outputs are the values of the unknowns, joined by polynomials of degree p.
This needs a box or an interval as space, products or one hidden layer on the coordinates
themselves (no `fourier_features`, `periodic_harmonics` or hard periodic conditions), derivatives in
time of order p at most, and stages that are all `output_layer` without `resample`; it excludes
`continuation`.

    models: {kan: {products: true, degree: 7, grid: [40, 30], stretch: [0, 2]}}

is a KAN of one layer of products of B-splines, one of each variable (a tensor-product spline), for
solutions that sums of functions of one variable follow badly. It takes an interval or a box as
space and up to three variables, the time among them unless `time_degree` is given. Lists have an
entry a variable that it reads. It has no hidden layers and no base function, meets periodic
conditions as it is (their axes need `degree` + 1 intervals or more), is computed on the CPU only,
and its grids stay as they are (no `grid`, `adapt_grid` or `freeze_splines` in stages). An axis has
`grid` + `degree` functions, `grid` along a period; let points be two or three times the product of
these numbers, those of the equations `time_degree` times as many. Where `stretch` draws intervals
together, points lie closer, too.

    models: {kan: {hidden: [20], subdomains: [4, 2], overlap: 0.3}}

cuts the domain's bounding box into 4 x 2 equal cells and trains a network of its own on each, KAN
or MLP, that reads coordinates scaled to its cell. Cells are widened so that neighbours share
`overlap` of a cell's width, and there the networks are joined by weights that sum to 1 and are four
times continuously differentiable (FBPINN, doi:10.1007/s10444-023-10065-9; FBKAN,
arXiv:2406.19662). For solutions that differ much from place to place, such as those with a singular
corner. There are 64 cells at most; no `products`, `time_degree`, `fourier_features`,
`periodic_harmonics` or hard periodic conditions; on the CPU only.

A spline of degree k has k - 1 continuous derivatives, so a problem with derivatives of order m
needs k of at least m + 1; a degree that the file does not give is raised to that, a smaller one
that it gives is refused.

@TABLE(models)@
## training

`auto` chooses the stages from the problem, and windows in time for a KAN with one hidden layer of
B-splines on 40 intervals or more, where an equation evolves in time over one space variable: at
least 20 if it is nonlinear, at least 2 if not, twice as many with `time_degree`, more where the
solution changes fast at the start, each solved twice; with products and `time_degree` over two
space variables at least 20 and 5, each solved once. Shorter grids, other networks and other
problems get one. `kanpde check` prints the number and why; `windows` overrules it, and 1 is the
whole time at once.

    training: {windows: 20, adapt_edges: 1}

cuts the time into 20 windows, solved in turn, each with a network and with points of its own. The
first starts from the initial conditions, a later one from the values at the end of the one before
(and from the velocities, where the equations have second derivatives in time). On a box the points
and the inner edges of a KAN with one hidden layer are stretched where the solution is steep at the
start of the window; `adapt_edges: 1` solves each window once more, on edges stretched to its own
solution. Windows are equally long unless `window_grading`, beside `windows`, makes the first ones
short. They need an equation with a time derivative and exclude `parameters` and `data`. Of
`time_limit` each window may take its share; one that is stopped by it is noted in `run.log`, and
the status is then `out of time`.

    training: {continuation: {Re: [100, 400, 1000]}}

solves the problem with the constant Re = 100, then, from the network found, with 400, then with
1000, which must be the value that `constants` gives. All stages are run for each. It excludes
windows and `adapt_edges`. Of `time_limit` each value may take its share.

    training: {pseudo_time: {steps: 30, step: 5, inner: 2}}

takes 30 implicit steps towards the steady state of u_tau + residual = 0 before the stages, the
first one of length 5, each with 2 steps of the optimizer of the first stage. Lengths grow as the
residual falls.

    training: {attention: vrba, causal: auto, reweight: 20}

gives points more weight where residuals are large, and later times less as long as residuals
before them are large, anew every 20 steps. What these methods gained and lost is measured in
docs/ablations.md.

@TABLE(training)@
## compare

@TABLE(compare)@
## output

@TABLE(output)@
## published

@TABLE(published)@)text";
// clang-format on

}  // namespace kanpde::problems::spec
