#!/usr/bin/env python3
"""Checks the exact solutions of problems/*.yaml against their own equations and conditions.

usage: verify_exact.py [--write-data] [FILE...]

Reads the files with PyYAML and the expressions with sympy (nothing of kanpde is used), puts the
exact solution into every equation and condition, evaluates the two sides' difference at random
points with mpmath (50 digits) and fails where it is above 1e-12 of the largest term or of 1.
Measured data are checked against the exact solution; --write-data writes them anew.
Cases with a numerical reference are only parsed. Needs python3-yaml, python3-sympy, python3-mpmath.
"""
import csv
import pathlib
import random
import re
import sys

import mpmath
import sympy
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2] / "problems"
TOLERANCE = 1e-12
TRUE_PARAMETERS = {"inverse_diffusion_1d": {"D": "0.3"}}
mpmath.mp.dps = 50


class Case:
    def __init__(self, path):
        self.path = path
        self.spec = yaml.safe_load(path.read_text())
        self.x = [sympy.Symbol(v, real=True) for v in self.spec["variables"]]
        domain = self.spec["domain"]
        self.has_time = "time" in domain
        self.space = self.x[:-1] if self.has_time else self.x
        self.n = [sympy.Symbol(f"n_{v}") for v in self.space]
        self.names = {str(v): v for v in self.x + self.n}
        self.names.update(pi=sympy.pi, e=sympy.E, log=sympy.log, abs=sympy.Abs)
        for name, value in self.constants():
            self.names[name] = self.parse(value)
        self.time = [sympy.N(self.parse(t), 50) for t in domain.get("time", [])]

    def constants(self):
        pairs = list(self.spec.get("constants", {}).items())
        return pairs + list(TRUE_PARAMETERS.get(self.path.stem, {}).items())

    def parse(self, text):
        """An expression of kanpde's grammar as sympy; numbers become exact rationals."""
        text = str(text).replace("^", "**")
        text = re.sub(r"(?<![\w.])(\d+\.?\d*(?:[eE][-+]?\d+)?)(?![\w.])", r"Rational('\1')", text)
        scope = {
            "Rational": sympy.Rational, "diff": sympy.diff,
            "laplacian": lambda e: sum(sympy.diff(e, v, 2) for v in self.space),
            "dn": lambda e: sum(n * sympy.diff(e, v) for n, v in zip(self.n, self.space)),
            **{f: getattr(sympy, f) for f in "sin cos tan atan exp sqrt sinh cosh tanh".split()},
            **self.names,
        }
        scope["biharmonic"] = lambda e: scope["laplacian"](scope["laplacian"](e))
        for match in re.finditer(r"\b([A-Za-z]\w*)_([A-Za-z]+)\b", text):
            base, suffix = match.groups()
            if match[0] not in scope and all(c in self.names for c in suffix):
                scope[match[0]] = sympy.diff(scope[base], *[self.names[c] for c in suffix])
        return sympy.sympify(eval(text, {"__builtins__": {}}, scope))

    def sides(self, text):
        left, _, right = text.partition("=")
        return self.parse(left), self.parse(right or "0")

    def use_exact(self, exact):
        """Binds each unknown to its exact solution; definitions may use all of them."""
        definitions = dict(self.spec.get("definitions", {}))
        waiting = {**{k: v for k, v in definitions.items()}, **exact}
        while waiting:
            before = len(waiting)
            for name in list(waiting):
                try:
                    self.names[name] = self.parse(waiting[name])
                    del waiting[name]
                except (NameError, KeyError):
                    pass
            if len(waiting) == before:
                raise ValueError(f"{self.path}: cannot read {sorted(waiting)}")

    # Points: (coordinates, outward normal)

    def interior(self, rng):
        x = sample(self.spec["domain"].get("space"), rng, self) if self.space else []
        return x + self.random_time(rng), []

    def random_time(self, rng):
        if not self.has_time:
            return []
        return [self.time[0] + (self.time[1] - self.time[0]) * uniform(rng)]

    def boundary(self, rng):
        x, normal = sample_boundary(self.spec["domain"]["space"], rng, self)
        return x + self.random_time(rng), normal

    def condition_points(self, where, rng, count):
        if isinstance(where, dict):
            x = numbers(self, where["point"])
            return [(x + self.random_time(rng), []) for _ in range(count)]
        where = str(where)
        if where == "interior":
            return [self.interior(rng) for _ in range(count)]
        if where == "initial":
            return [(self.interior(rng)[0][:-1] + [self.time[0]], []) for _ in range(count)]
        points = []
        keep = self.predicate(where)
        for _ in range(100 * count):
            point = self.boundary(rng)
            if keep(point[0]) and len(points) < count:
                points.append(point)
        if not points:
            raise ValueError(f"{self.path}: no boundary point satisfies {where!r}")
        return points

    def predicate(self, where):
        if where == "boundary":
            return lambda x: True
        sides = ["left", "right", "bottom", "top", "back", "front"]
        if where in sides:
            axis, end = divmod(sides.index(where), 2)
            space = self.spec["domain"]["space"]
            bound = self.parse((space.get("box") or [space.get("interval")])[axis][end])
            return lambda x: abs(x[axis] - mpmath.mpf(sympy.N(bound, 50))) < mpmath.mpf(10) ** -40
        expression = self.parse(where)
        return lambda x: bool(expression.subs(dict(zip(self.x, x))))

    def violation(self, left, right, point):
        """|left - right| relative to the larger of 1 and the largest term."""
        x, normal = point
        at = dict(zip(self.x, x)) | dict(zip(self.n, normal))
        value = lambda e: mpmath.mpf(sympy.N(e.subs(at), 50))
        terms = list(sympy.Add.make_args(left)) + list(sympy.Add.make_args(right))
        size = max([mpmath.mpf(1)] + [abs(value(term)) for term in terms])
        return abs(value(left) - value(right)) / size


def uniform(rng):
    return mpmath.mpf(rng.getrandbits(60)) / 2**60


def numbers(case, values):
    return [mpmath.mpf(sympy.N(case.parse(v), 50)) for v in values]


def inside(space, x, case):
    (kind, value), = space.items()
    if kind == "difference":
        return inside(value[0], x, case) and not any(inside(s, x, case) for s in value[1:])
    if kind in ("disk", "ball"):
        center, (radius,) = numbers(case, value["center"]), numbers(case, [value["radius"]])
        square = sum((a - c) ** 2 for a, c in zip(x, center))
        return square <= radius**2 * (1 + mpmath.mpf(10) ** -40)
    box = [numbers(case, r) for r in ([value] if kind == "interval" else value)]
    return all(a <= v <= b for v, (a, b) in zip(x, box))


def bounds(space, case):
    (kind, value), = space.items()
    if kind == "difference":
        return bounds(value[0], case)
    if kind in ("disk", "ball"):
        center, (radius,) = numbers(case, value["center"]), numbers(case, [value["radius"]])
        return [[c - radius, c + radius] for c in center]
    if kind == "polygon":
        corners = [numbers(case, corner) for corner in value]
        return [[min(c), max(c)] for c in zip(*corners)]
    return [numbers(case, r) for r in ([value] if kind == "interval" else value)]


def sample(space, rng, case):
    while True:
        x = [a + (b - a) * uniform(rng) for a, b in bounds(space, case)]
        if inside(space, x, case):
            return x


def sample_boundary(space, rng, case):
    (kind, value), = space.items()
    if kind == "difference":
        part = rng.randrange(len(value))
        x, normal = sample_boundary(value[part], rng, case)
        return x, [-n for n in normal] if part else normal
    if kind in ("disk", "ball"):
        center, (radius,) = numbers(case, value["center"]), numbers(case, [value["radius"]])
        angle = 2 * mpmath.pi * uniform(rng)
        normal = [mpmath.cos(angle), mpmath.sin(angle)]
        return [c + radius * n for c, n in zip(center, normal)], normal
    box = bounds(space, case)
    x = [a + (b - a) * uniform(rng) for a, b in box]
    axis, end = rng.randrange(len(box)), rng.randrange(2)
    x[axis] = box[axis][end]
    return x, [mpmath.mpf(2 * end - 1 if i == axis else 0) for i in range(len(box))]


def check_periodic(case, axis_name, order, rng, worst):
    space = case.spec["domain"]["space"]
    axis = case.spec["variables"].index(axis_name)
    lower, upper = bounds(space, case)[axis]
    for unknown in case.spec["unknowns"]:
        for k in range(order):
            e = sympy.diff(case.names[unknown], case.x[axis], k)
            for _ in range(3):
                x, _n = case.interior(rng)
                low, high = list(x), list(x)
                low[axis], high[axis] = lower, upper
                value = lambda p: mpmath.mpf(sympy.N(e.subs(dict(zip(case.x, p))), 50))
                what = f"periodic {axis_name} of {unknown}, derivative {k}"
                worst(what, abs(value(low) - value(high)))


def periodic_order(case):
    """Highest derivative of an unknown in the equations along any axis; at least 1."""
    suffixes = re.findall(r"\b[a-z]\w*_([a-z]+)\b", " ".join(case.spec["equations"]))
    return max([1] + [max(s.count(c) for c in s) for s in suffixes])


def data_points(case):
    """Measurement points: a 9 x 5 lattice, or 1000 points of a Kronecker sequence."""
    if case.path.stem == "inverse_diffusion_1d":
        return [(i / 10, j / 5) for j in range(1, 6) for i in range(1, 10)]
    g = 1.32471795724474602596  # real root of g^3 = g + 1
    return [tuple(2 * ((i / g**k) % 1) - 1 for k in (1, 2)) for i in range(1, 1001)]


def check_data(case, write, worst):
    for data in case.spec.get("data", []):
        path = case.path.parent / data["file"]
        names = case.spec["variables"] + case.spec["unknowns"]
        if write:
            with open(path, "w", newline="") as file:
                out = csv.writer(file, lineterminator="\n")
                out.writerow(names)
                for x in data_points(case):
                    at = dict(zip(case.x, map(sympy.Rational, x)))
                    u = [float(sympy.N(case.names[n].subs(at), 30)) for n in case.spec["unknowns"]]
                    out.writerow([repr(v) for v in [*x, *u]])
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                at = {v: sympy.Rational(float(row[str(v)])) for v in case.x}
                for n in case.spec["unknowns"]:
                    exact = float(sympy.N(case.names[n].subs(at), 30))
                    worst(f"{data['file']} {n}", abs(exact - float(row[n])) / max(1, abs(exact)))


def check(path, write):
    case = Case(path)
    found = {"": 0}

    def worst(what, value):
        found[what] = max(found.get(what, 0), float(value))

    exact = case.spec.get("reference", {}).get("exact")
    if exact is None:
        print(f"{path.stem:24s} numerical reference, only read")
        return True
    rng = random.Random(1)
    case.use_exact(exact)
    for text in case.spec["equations"]:
        left, right = case.sides(text)
        for _ in range(5):
            worst(text, case.violation(left, right, case.interior(rng)))
    for condition in case.spec["conditions"]:
        if "periodic" in condition:
            check_periodic(case, condition["periodic"], periodic_order(case), rng, worst)
            continue
        left, right = case.sides(condition["require"])
        for point in case.condition_points(condition["where"], rng, 5):
            what = f"{condition['where']}: {condition['require']}"
            worst(what, case.violation(left, right, point))
    check_data(case, write, worst)
    bad = {what: value for what, value in found.items() if value > TOLERANCE}
    print(f"{path.stem:24s} {len(found) - 1} checks, largest violation {max(found.values()):.1e}")
    for what, value in bad.items():
        print(f"  FAILED {what}: {value:.3e}")
    return not bad


def main():
    arguments = sys.argv[1:]
    write = "--write-data" in arguments
    files = [pathlib.Path(a) for a in arguments if a != "--write-data"]
    files = files or sorted(ROOT.glob("*.yaml"))
    results = [check(path, write) for path in files]
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
