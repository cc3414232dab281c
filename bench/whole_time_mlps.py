#!/usr/bin/env python3
"""Trains the MLPs of seven cases over the whole time at once and without the KAN's limit of seconds.

usage: bench/whole_time_mlps.py PROGRAM [FOLDER]

PROGRAM: the kanpde to run, on one thread. FOLDER keeps the runs (default: runs/whole_time_mlps); those
already there are not repeated. Writes docs/results/whole_time_mlps.md.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/results/whole_time_mlps.md"
WHOLE_TIME = ["training.windows=1", "models.mlp.training=auto"]

# Settings that differ from the case's file.
CASES = {
    "burgers_1d": [*WHOLE_TIME, "models.mlp.hidden=[20, 20, 20]",
                   "points={interior: 5000, boundary: 400, initial: 400}"],
    "helmholtz_2d": ["points={interior: 5000, boundary: 800}"],
    "klein_gordon_1d": [*WHOLE_TIME, "points={interior: 5000}"],
    "reaction_1d": WHOLE_TIME,
    "schroedinger_1d": [*WHOLE_TIME, "models.mlp.hidden=[20, 20, 20]", "points={interior: 4000}"],
    "stokes_2d": [],
    "wave_1d": [*WHOLE_TIME, "points={interior: 8000, boundary: 1000, initial: 500}"],
}


def command(program, name, out):
    settings = ["training.seeds=[0, 1, 2]", *CASES[name]]
    return [program, "solve", str(ROOT / f"problems/{name}.yaml"), "--model", "mlp", "--threads", "1",
            "--quiet", "--out", str(out), *(part for s in settings for part in ("--set", s))]


def row(name, summary):
    model = summary["models"]["mlp"]
    errors = [max(run["rel_l2"].values()) for run in model["runs"]]
    median = max(model["median"]["rel_l2"].values())
    settings = "; ".join(f"`{s}`" for s in CASES[name]) or "none"
    return (f"| [{name}]({name}.md) | {model['description']} | {model['parameters']} | {median:.1e} | "
            f"{min(errors):.1e} .. {max(errors):.1e} | {model['median']['seconds']:.0f} | {settings} |\n")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else ROOT / "runs/whole_time_mlps")
    rows, machine = "", {}
    for name in CASES:
        out = folder / name
        if not (out / "summary.json").exists():
            subprocess.run(command(sys.argv[1], name, out), check=True, stdout=subprocess.DEVNULL)
        machine = json.loads((out / "summary.json").read_text())
        rows += row(name, machine)
        print(row(name, machine), end="")
    PAGE.write_text(
        "# MLPs with seconds of their own\n\n"
        "In the tables of the cases the MLPs stop at the seconds of the KAN, a few for most of them. Here "
        "they end by themselves,\nwith the automatic stages, over the whole time at once. Relative L2 "
        "error of the worst unknown, medians over the seeds 0, 1, 2;\nseconds of training a seed.\n\n"
        "| case | network | parameters | rel. L2 | smallest .. largest | seconds | settings |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | --- |\n" + rows
        + f"\nkanpde {machine['version']}, {machine['threads']} thread, {machine['hardware']}, no GPU.\n"
        "Command: `bench/whole_time_mlps.py build/release/bin/kanpde`, which runs `kanpde solve "
        "problems/CASE.yaml --model mlp --threads 1 --set SETTING`.\n")


if __name__ == "__main__":
    main()
