#!/usr/bin/python3
"""Proves of one case that its field files hold what was trained, as another program reads them.

usage: verify_fields.py KANPDE FILE.yaml     (Debian: python3-vtk9 python3-yaml python3-sympy)

Trains all models of the case for a few steps on a small output grid, reads fields.vti, .vtu or
.pvd with all its times by VTK's own reader, and requires that

  - the files span the domain, and hold the fields of every model, unknown and equation, no others;
  - u_MODEL is what `kanpde eval` gives at the coordinates and times that VTK reports;
  - u_reference is the exact solution as sympy reads it (generated ones: finite values only);
  - u_MODEL_error is u_MODEL - u_reference;
  - fields.csv holds the same points and values.

`kanpde eval` takes the models from the checkpoint and the points from a file: all it has in common
with the field files is the evaluation itself. It knows no residuals; they must be finite.
Exit status 77: a Python module is missing.
"""
import csv
import math
import pathlib
import subprocess
import sys
import tempfile

from read_fields import frames, read

try:
    import sympy
    import yaml
    from verify_exact import Case, bounds
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

# Relative to the largest value of a field. VTK computes a lattice point as origin + i*spacing, some
# 2e-16 of the domain's width away from the program's; a function whose gradient is up to 1000 times
# its size over that width then differs by 2e-13 (found: up to 8e-15). A float32 on the way, of a
# value or a coordinate, gives 1e-9 and more.
TOLERANCE = 1e-12
COUNTS = [21, 16, 11, 5, 4]  # of the output grid: all different, so that no two axes can be swapped
STAGES = "[{optimizer: adam, steps: 3}, {optimizer: lbfgs, steps: 3, adapt_grid: true}]"
OUTPUT_LAYER = "[{optimizer: output_layer, steps: 1}]"
# Unknowns that a generated reference gives, where not all; and points where it has no value.
KNOWN: dict[str, list[str]] = {}
UNDEFINED = {"lid_driven_cavity_2d": lambda x, y: y == 1 and x in (0, 1)}

Table = dict[str, list[float]]  # values by column


def expect(condition: bool, message: str) -> None:
    if not condition:
        sys.exit(f"FAILED {message}")


def expect_close(name: str, found: list[float], wanted: list[float]) -> None:
    expect(len(found) == len(wanted) > 0, f"{name}: {len(found)} values, not {len(wanted)}")
    size = max(map(abs, wanted))
    for i, (a, b) in enumerate(zip(found, wanted)):
        expect(abs(a - b) <= TOLERANCE * size, f"{name} at point {i}: {a!r}, not {b!r}")


def solve(kanpde: str, case: Case, run: pathlib.Path) -> None:
    settings = [f"training.stages={STAGES}", f"output.grid={COUNTS[:len(case.x)]}",
                "output.format=[vtk, csv]", "points.interior=64"]
    settings += ["points.boundary=40"] * bool(case.space)
    settings += ["points.initial=24"] * case.has_time
    file = yaml.safe_load(case.path.read_text())
    if "windows" in file.get("training", {}):
        settings.append("training.windows=2")
    for name, model in file.get("models", {}).items():
        if "time_degree" in model or "products" in model:  # the output layer alone
            settings.append(f"models.{name}.training.stages={OUTPUT_LAYER}")
            grid = 6 if "products" in model else 8  # few points determine it
            settings += [f"models.{name}.grid={grid}"] * ("grid" in model)
            if "windows" in model.get("training", {}):
                settings.append(f"models.{name}.training.windows=2")
        elif "training" in model:
            settings.append(f"models.{name}.training.stages={STAGES}")
    options = [word for setting in settings for word in ("--set", setting)]
    subprocess.run([kanpde, "solve", str(case.path), "--out", str(run), "--seed", "0", "--quiet",
                    *options], check=True, stdout=subprocess.DEVNULL)


def read_csv(path: pathlib.Path) -> Table:
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)
    return {name: [float(row[i]) for row in rows] for i, name in enumerate(names)}


def read_vtk(run: pathlib.Path, case: Case, domain: list[list[float]]) -> Table:
    """Coordinates and fields of all times; space axes that VTK lacks are at their middle."""
    files = [p for p in run.glob("fields.*") if p.suffix != ".csv"]
    expect(len(files) == 1, f"one field file expected, found {files}")
    table: Table = {}
    for time, path in frames(str(files[0])):
        data = read(path)
        count = data.GetNumberOfPoints()
        expect(count > 0 and data.GetNumberOfCells() > 0, f"{path}: no points or no cells")
        points = [data.GetPoint(i) for i in range(count)]
        columns = {}
        for axis, (variable, ends) in enumerate(zip(map(str, case.x), domain)):
            if time is not None and axis == len(case.space):
                columns[variable] = [time] * count
            else:
                columns[variable] = [p[axis] if axis < 3 else sum(ends) / 2 for p in points]
        for k in range(data.GetPointData().GetNumberOfArrays()):
            array = data.GetPointData().GetArray(k)
            expect(array.GetNumberOfTuples() == count, f"{path}: length of {array.GetName()}")
            columns[array.GetName()] = [array.GetComponent(i, 0) for i in range(count)]
        for name, values in columns.items():
            table.setdefault(name, []).extend(values)
    return table


def evaluate(kanpde: str, run: pathlib.Path, coordinates: Table) -> Table:
    points = run / "points.csv"
    with open(points, "w", newline="") as file:
        csv.writer(file).writerows([coordinates, *zip(*coordinates.values())])  # repr: exact
    out = run / "eval.csv"
    subprocess.run([kanpde, "eval", str(run), "--points", str(points), "--out", str(out)],
                   check=True)
    return read_csv(out)


def domain_of(case: Case) -> list[list[float]]:
    """[lower, upper] of each variable."""
    space = bounds(case.spec["domain"]["space"], case) if case.space else []
    return [[float(a), float(b)] for a, b in space + [case.time] * case.has_time]


def model_names(case: Case) -> list[str]:
    matched = case.spec.get("compare", {}).get("match", [])
    return [*case.spec["models"], *(f"mlp_same_{what}" for what in matched)]


def check_span(case: Case, coordinates: Table, domain: list[list[float]]) -> None:
    """The first three variables reach from end to end; on a lattice, in as many steps as asked."""
    is_lattice = set(case.spec["domain"].get("space", {})) <= {"interval", "box"}
    for count, ends, (variable, values) in zip(COUNTS[:3], domain, coordinates.items()):
        expect_close(f"range of {variable}", [min(values), max(values)], ends)
        distinct = len({round(v, 9) for v in values})
        expect(distinct == count or not is_lattice, f"{distinct} values of {variable}")


def drop_undefined(case: Case, coordinates: Table, table: Table) -> None:
    """Requires NaN where the reference has no value, and puts 0 there."""
    is_undefined = UNDEFINED.get(case.path.stem)
    for i, x in enumerate(zip(*coordinates.values())):
        if is_undefined and is_undefined(*x):
            for name, values in table.items():
                if name.endswith(("_reference", "_error")):
                    expect(math.isnan(values[i]), f"{name} has a value at {x}")
                    values[i] = 0.0


def verify(kanpde: str, case: Case, run: pathlib.Path) -> str:
    solve(kanpde, case, run)
    # Only unknowns are in what `eval` prints: definitions are compared with the reference alone.
    unknowns, models = case.spec["unknowns"], model_names(case)
    measured = unknowns + case.spec.get("output", {}).get("definitions", [])
    domain = domain_of(case)
    table = read_vtk(run, case, domain)
    coordinates = {str(v): table.pop(str(v)) for v in case.x}
    check_span(case, coordinates, domain)

    of_models = {f"{u}_{m}" for u in measured for m in models}
    reference = case.spec.get("reference", {})
    exact = reference.get("exact", {})
    known = list(exact) or KNOWN.get(case.path.stem, measured) * bool(reference)
    wanted = of_models | {f"{u}_reference" for u in known}
    wanted |= {f"{u}_{m}_error" for u in known for m in models}
    equations = len(case.spec.get("equations", []))
    wanted |= {f"residual_{m}_{e}" for m in models for e in range(equations)}
    expect(set(table) == wanted, f"missing or surplus fields: {sorted(set(table) ^ wanted)}")
    drop_undefined(case, coordinates, table)
    for name, values in table.items():
        expect(all(map(math.isfinite, values)), f"{name} is not finite")

    trained = evaluate(kanpde, run, coordinates)
    for u in unknowns:
        for m in models:
            name = f"{u}_{m}"
            expect(any(table[name]), f"{name} is zero everywhere")
            expect_close(name, table[name], trained[name])
            if u in known:
                error = [a - b for a, b in zip(table[name], table[f"{u}_reference"])]
                is_undefined = UNDEFINED.get(case.path.stem, lambda *_: False)
                for i, x in enumerate(zip(*coordinates.values())):
                    if is_undefined(*x):
                        error[i] = 0.0
                expect(table[f"{name}_error"] == error, f"{name}_error is not the difference")

    if exact:
        case.use_exact(exact)
    for u in exact:
        name, function = f"{u}_reference", sympy.lambdify(case.x, case.names[u], "math")
        expect_close(name, table[name], [function(*x) for x in zip(*coordinates.values())])

    text = read_csv(run / "fields.csv")
    drop_undefined(case, coordinates, text)
    expect(set(text) == {*coordinates, *table}, f"columns of fields.csv: {sorted(text)}")
    for name, values in coordinates.items():
        expect_close(f"fields.csv: {name}", text[name], values)
    for name, values in table.items():
        expect(text[name] == values, f"fields.csv: {name} differs")
    points = len(next(iter(coordinates.values())))
    return f"{case.path.stem}: {points} points, {len(table)} fields"


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder) / "run"
        print(verify(sys.argv[1], Case(pathlib.Path(sys.argv[2])), run))


if __name__ == "__main__":
    main()
