#!/usr/bin/env python3
"""Runs every training method with and without, and writes the table of docs/ablations.md.

usage: bench/ablations.py PROGRAM [FOLDER [METHOD...]]

PROGRAM: the kanpde to run. FOLDER keeps the runs (default: runs/ablations) and the table's numbers,
so that naming some METHODs (the first column of the table) repeats these alone.
"""

import json
import pathlib
import shlex
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/ablations.md"
MARKERS = ("<!-- table -->\n", "<!-- end of table -->\n")
LIMIT = 150  # s a run


def lm(steps, more=""):
    return f"{{optimizer: levenberg_marquardt, steps: {steps}{more}}}"


def stages(*all_stages):
    return f"training.stages=[{', '.join(all_stages)}]"


FEW = "points={interior: 2000, boundary: 100, initial: 150}"
WHOLE_TIME = ["training.windows=1", "training.adapt_edges=0"]


def mlp(hidden):
    return f"models={{mlp: {{type: mlp, hidden: {hidden}, activation: tanh}}}}"


BURGERS = ("burgers_1d", "mlp", [*WHOLE_TIME, FEW, mlp([16, 16, 16])])
SLOW_CAVITY = ("lid_driven_cavity_2d", "mlp",
               ["points={interior: 1200, boundary: 400}", mlp([16, 16, 16]), "unknowns=[u, v, p]",
                "definitions={}", "equations=[u*u_x + v*u_y + p_x = laplacian(u)/Re, "
                "u*v_x + v*v_y + p_y = laplacian(v)/Re, u_x + v_y = 0]",
                "conditions=[{where: top, require: u = 1}, {where: left, require: u = 0}, "
                "{where: right, require: u = 0}, {where: bottom, require: u = 0}, "
                "{where: boundary, require: v = 0}]",
                "output={grid: [65, 65]}"])
CAVITY = (*SLOW_CAVITY[:2], SLOW_CAVITY[2] + ["constants.Re=400"])
KAN = ("burgers_1d", "kan",
       [*WHOLE_TIME, FEW, "models.kan={type: kan, hidden: [8, 8], degree: 4, grid: 3, base: tanh}"])
WINDOWS = ("burgers_1d", "kan",
           ["models.kan={type: kan, hidden: [8], degree: 9, grid: 60, base: none}",
            "points={interior: 2000, boundary: 60, initial: 300}"])
ADVECTION = ("advection_1d", "mlp",
             [*WHOLE_TIME, mlp([18, 18]), "constants.beta=2*pi", "conditions.0.require=u = exp(sin(x))",
              "reference={exact: {u: exp(sin(x - beta*t))}}",
              "points={interior: 1500, boundary: 200, initial: 200}"])
L_SHAPE = ("poisson_l_shape", "kan", ["points={interior: 8000, boundary: 1600}"])
HELMHOLTZ = ("helmholtz_2d", "kan", [])
SOFT = [f"conditions.{k}.hard=false" for k in range(4)]
EIGHT, THREE, ONE = list(range(8)), [0, 1, 2], [0]
FIXED = [stages(lm(120))]
REDRAWN = [stages(lm(120, ", resample: 20"))]
QUASI = "steps: 1500, resample: 300}"
SLOW = [stages("{optimizer: ssbroyden, " + QUASI)]

# Method, its setting (case, model, overrides), seeds, without, with.
METHODS = [
    ("redrawn points", BURGERS, THREE, FIXED, REDRAWN),
    ("rba", BURGERS, THREE, FIXED, FIXED + ["training.attention=rba", "training.reweight=20"]),
    ("vrba", BURGERS, THREE, FIXED, FIXED + ["training.attention=vrba", "training.reweight=20"]),
    ("vrba on redrawn points", BURGERS, EIGHT, REDRAWN, REDRAWN + ["training.attention=vrba",
                                                                   "training.reweight=20"]),
    ("vrba with SSBroyden", BURGERS, THREE, SLOW,
     SLOW + ["training.attention=vrba", "training.reweight=100"]),
    ("causal", BURGERS, EIGHT, REDRAWN, REDRAWN + ["training.causal=auto",
                                                   "training.reweight=20"]),
    ("SSBroyden in place of L-BFGS", BURGERS, THREE, [stages("{optimizer: lbfgs, " + QUASI)],
     SLOW),
    ("continuation, Re 100 then 400", CAVITY, THREE, [stages(lm(120, ", resample: 20"))],
     [stages(lm(60, ", resample: 20")), "training.continuation={Re: [100, 400]}"]),
    ("pseudo-time, Re 400", CAVITY, THREE, [stages(lm(120, ", resample: 20"))],
     [stages(lm(60, ", resample: 20")), "training.pseudo_time={steps: 30, step: 5, inner: 2}"]),
    ("pseudo-time, Re 100", SLOW_CAVITY, THREE, [stages(lm(80, ", resample: 20"))],
     [stages(lm(40, ", resample: 20")), "training.pseudo_time={steps: 20, step: 5, inner: 2}"]),
    ("MLP first (freeze_splines)", KAN, THREE, [stages(lm(60, ", resample: 20"), lm(60, ", adapt_grid: true, resample: 20"))],
     [stages(lm(60, ", freeze_splines: true, resample: 20"),
             lm(60, ", adapt_grid: true, resample: 20"))]),
    ("grid extension 2, 4, 8", ("poisson_2d", "kan", ["models.kan.degree=5", "models.kan.grid=2"]),
     THREE, [stages("{optimizer: output_layer, steps: 2, grid: 8}", lm(120))],
     [stages("{optimizer: output_layer, steps: 2}", lm(40), lm(40, ", grid: 4"),
             lm(40, ", grid: 8"))]),
    ("output layer alone", ("poisson_2d_sine", "kan",
                            ["models.kan={type: kan, hidden: [20], degree: 9, grid: 4}"]),
     THREE, [stages(lm(200))], [stages("{optimizer: output_layer, steps: 2}")]),
    ("hard conditions", ("schroedinger_1d", "mlp", [*WHOLE_TIME, "points={interior: 1500}",
                                                    mlp([14, 14, 14])]),
     THREE, [stages(lm(60))] + SOFT, [stages(lm(60))]),
    ("hard periodic condition", ADVECTION,
     THREE, [stages(lm(80))], [stages(lm(80)), "conditions.1.hard=true"]),
    ("windows in time", WINDOWS, ONE, ["training.windows=1", "training.adapt_edges=1"],
     ["training.windows=20", "training.adapt_edges=1"]),
    ("adapted edges", WINDOWS, ONE, ["training.windows=20", "training.adapt_edges=0"],
     ["training.windows=20", "training.adapt_edges=1"]),
    ("four subdomains, a corner", L_SHAPE, THREE,
     ["models.kan={type: kan, hidden: [60], degree: 5, grid: 8}"],
     ["models.kan={type: kan, hidden: [15], degree: 5, grid: 8, subdomains: [2, 2], overlap: 0.2}"]),
    ("four subdomains, a wave", HELMHOLTZ, THREE,
     ["models.kan={type: kan, hidden: [80], degree: 9, grid: 4}"],
     ["models.kan={type: kan, hidden: [20], degree: 9, grid: 4, subdomains: [1, 4]}"]),
]


def arguments(setting, seeds, overrides):
    case, model, common = setting
    result = ["solve", f"problems/{case}.yaml", "--model", model, "--threads", "1"]
    for override in [f"training.seeds={seeds}"] + common + overrides:
        result += ["--set", override]
    return result


def run(program, folder, name, seeds, arguments_of_run):
    """Median, least and largest relative L2 (of the worst unknown) and median seconds; None: late."""
    out = folder / name
    command = [program] + arguments_of_run + ["--quiet", "--out", str(out)]
    try:
        done = subprocess.run(command, cwd=ROOT, timeout=LIMIT * len(seeds), capture_output=True,
                              text=True)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 3):
        sys.exit(f"{name}: {done.stderr}")
    model = next(iter(json.loads((out / "summary.json").read_text())["models"].values()))
    errors = sorted(max(e for e in r["rel_l2"].values() if e is not None) for r in model["runs"])
    return {"median": statistics.median(errors), "least": errors[0], "most": errors[-1],
            "seconds": model["median"]["seconds"], "seeds": len(errors)}


def cell(result):
    if result is None:
        return f"above {LIMIT} s a run", ""
    spread = f" ({result['least']:.1e} to {result['most']:.1e})" if result["seeds"] > 1 else ""
    return f"{result['median']:.1e}{spread}", f"{result['seconds']:.3g}"


def table(results):
    lines = ["| method | case, model | seeds | relative L2 without | s | relative L2 with | s | ratio |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, setting, seeds, *_ in METHODS:
        if name not in results:
            continue
        without, with_it = results[name]
        ratio = "" if None in (without, with_it) else \
            f"{with_it['median'] / without['median']:.2g}"
        lines.append("| " + " | ".join([name, f"{setting[0]}, {setting[1]}", str(len(seeds)),
                                        *cell(without), *cell(with_it), ratio]) + " |")
    lines += ["", "The commands, first without, then with the method:", "", "```sh"]
    for name, setting, seeds, without, with_it in METHODS:
        if name in results:
            lines.append(f"# {name}")
            for overrides in (without, with_it):
                lines.append("./kanpde " + shlex.join(arguments(setting, seeds, overrides)))
    return "\n".join(lines + ["```", ""])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "runs/ablations").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "results.json"
    results = json.loads(kept.read_text()) if kept.exists() else {}
    for number, (name, setting, seeds, without, with_it) in enumerate(METHODS):
        if len(sys.argv) > 3 and name not in sys.argv[3:]:
            continue
        results[name] = [run(program, folder, f"{number}_{kind}", seeds,
                             arguments(setting, seeds, o))
                         for kind, o in (("without", without), ("with", with_it))]
        print(name, results[name], flush=True)
        kept.write_text(json.dumps(results, indent=1))
    text = PAGE.read_text()
    begin, end = text.index(MARKERS[0]) + len(MARKERS[0]), text.index(MARKERS[1])
    PAGE.write_text(text[:begin] + table(results) + text[end:])


if __name__ == "__main__":
    main()
