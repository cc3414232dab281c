#!/usr/bin/env python3
"""Records the runs of `kanpde table all` and `kanpde table records` where readers look for them.

usage: bench/record_results.py [TABLE...]      runs/table_all; of a case in two the later counts

Writes docs/results/CASE.md (the run's table, then its error against time), the case's rows of
docs/results/README.md and of the accuracy table of README.md between its two markers, and the line
"Reaches:" of problems/CASE.yaml. Rows of cases in no TABLE stay as they are.
"""

import csv
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs/results"
MARKERS = ("<!-- accuracy -->\n", "<!-- end of accuracy -->\n")

# What each case is asked to reach: relative L2 of the KAN unless said.
BARS = {
    "poisson_2d": "MSE 1e-9 with at most 500 parameters in 60 s, 1e-14 with 2,500 in 15 s",
    "poisson_2d_sine": "MSE 1e-10 with at most 500 parameters, 1e-20 with 2,000",
    "helmholtz_2d": "1e-9 in 5 minutes",
    "diffusion_1d": "1e-9",
    "wave_1d": "1e-7",
    "advection_1d": "1e-7",
    "reaction_1d": "1e-7",
    "klein_gordon_1d": "1e-6",
    "sine_gordon_1d": "1e-6",
    "nls_1d": "1e-6",
    "kdv_1d": "1e-4",
    "kuramoto_sivashinsky_1d": "6e-4",
    "kovasznay_flow": "1e-6",
    "poisson_3d": "1e-7",
    "burgers_1d": "1e-5",
    "schroedinger_1d": "1e-5",
    "allen_cahn_1d": "1e-5",
    "burgers_2d": "1e-6",
    "lid_driven_cavity_2d_re100": "1e-3",
    "lid_driven_cavity_2d_re1000": "1e-3",
    "lid_driven_cavity_2d_re3200": "1e-2",
    "stokes_wedge": "1e-5",
    "taylor_green_2d": "1e-7",
    "gray_scott_2d": "5e-3",
    "ginzburg_landau_2d": "1e-2",
    "poisson_l_shape": "none: the corner makes the gradient infinite",
}
BAR_OF_EXACT = "1e-5"

SAME_SECONDS = """\
`mlp_same_parameters` and `mlp_same_time` stop at the seconds of the KAN, a few for most cases;
[seven of them with seconds of their own](whole_time_mlps.md) come much nearer.

"""


OTHER_PAGES = {
    "symbolic": "formulas",
    "continual": "continual learning",
    "scaling": "error against parameters on five functions",
    "poisson_scaling": "error against parameters for a PDE",
    "special": "special functions",
    "feynman": "Feynman's formulas",
    "bases": "bases of edges",
    "cost": "cost of a step",
    "growing": "pruning, and grids that grow",
    "speed": "speed of one evaluation",
    "whole_time_mlps": "MLPs with seconds of their own",
}


def worst(model):
    """Largest median relative L2 error over the unknowns."""
    return max(model["median"]["rel_l2"].values())


def best(models, kind):
    """The model of one type with the smallest error."""
    return min((m for m in models.values() if m["type"] == kind), key=worst)


def short(seconds):
    return f"{seconds:.0f}" if seconds >= 100 else f"{seconds:.2g}"


def markdown(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def error_against_time(run):
    """About eight rows a model of its first seed, each at twice the seconds of the one before."""
    rows, last = [], {}
    with open(run / "history.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    seeds = {}
    for line in lines:
        seeds.setdefault(line["model"], line["seed"])
    lines = [line for line in lines if line["seed"] == seeds[line["model"]]]
    for line, after in zip(lines, [*lines[1:], {"model": None}]):
        seconds, ends = float(line["seconds"]), after["model"] != line["model"]
        if not ends and seconds < 2 * last.get(line["model"], 0):
            continue
        last[line["model"]] = seconds
        cells = [f"{float(line[k]):.1e}" if line[k] else "" for k in ("loss", "rel_l2")]
        rows.append([line["model"], line["step"], short(seconds), *cells])
    return f"\n**Error against time, seed {lines[0]['seed']}**\n\n" + markdown(
        ["model", "step", "seconds", "loss", "rel. L2"], rows)


def record_case(name, run, summary):
    page = (run / "table.md").read_text() + error_against_time(run)
    # Cases of a table do not depend on each other, nor on where it lies.
    only = name.replace("_", r"\\_")
    page = re.sub("Command: kanpde table records .*", f"Command: kanpde table records --only {only}",
                  page)
    (RESULTS / f"{name}.md").write_text(page)
    reached = "; ".join(
        f"{model} relative L2 {worst(m):.1e} in {short(m['median']['seconds'])} s"
        for model, m in summary["models"].items() if m["type"] == "kan")
    seeds = ", ".join(sorted({str(r["seed"]) for m in summary["models"].values()
                              for r in m["runs"]}))
    path = ROOT / "problems" / f"{name}.yaml"
    if not path.exists():  # a variant of a case
        return
    line = f"# Reaches: {reached} (median of seeds {seeds}; {summary['hardware']})"
    text = path.read_text()
    if "# Reaches:" in text:
        text = re.sub(r"# Reaches:.*", line, text, count=1)
    else:
        text = re.sub(r"(# Run:.*\n)", rf"\g<1>{line}\n", text, count=1)
    path.write_text(text)


def replace_between(text, first, last, new):
    start = text.index(first) + len(first)
    return text[:start] + new + text[text.index(last, start):]


def recorded(text):
    """Rows of a table by the name in the first cell, [name](...); an empty one belongs to the last."""
    rows, name = {}, None
    for line in text.splitlines():
        found = re.match(r"\| \[(\w+)\]\(", line)
        name = found[1] if found else name
        if name and line.startswith("| "):
            rows.setdefault(name, []).append(line[2:-2].split(" | "))
    return rows


def main():
    tables = [pathlib.Path(p) for p in sys.argv[1:]] or [ROOT / "runs/table_all"]
    runs = {p.parent.name: p.parent for table in tables for p in table.glob("*/summary.json")}
    summaries = {name: json.loads((runs[name] / "summary.json").read_text())
                 for name in sorted(runs)}
    readme = (ROOT / "README.md").read_text()
    brief = recorded(readme[readme.index(MARKERS[0]):readme.index(MARKERS[1])])
    full = recorded((RESULTS / "README.md").read_text())
    for name, summary in summaries.items():
        record_case(name, runs[name], summary)
        bar = BARS.get(name, BAR_OF_EXACT)
        cells = [f"[{name}]({name}.md)", bar]
        row = []
        for model in (best(summary["models"], kind) for kind in ("kan", "mlp")):
            row += [model["parameters"], f"{worst(model):.1e}", short(model["median"]["seconds"])]
        brief[name] = [[f"[{name}](docs/results/{name}.md)", *row]]
        full[name] = []
        for model, m in summary["models"].items():
            for u, error in m["median"]["rel_l2"].items():
                median = m["median"]
                full[name].append([*cells, model, m["parameters"], u, f"{median['mse'][u]:.1e}",
                                   f"{error:.1e}", f"{median['max_error'][u]:.1e}",
                                   short(median["seconds"])])
                cells = ["", ""]
    head = ["case", "parameters, KAN", "rel. L2, KAN", "s", "parameters, MLP", "rel. L2, MLP", "s"]
    machine = next(iter(summaries.values()))
    brief, full = ([row for name in sorted(rows) for row in rows[name]] for rows in (brief, full))
    readme = replace_between(readme, *MARKERS, "\n" + markdown(head, brief) + "\n")
    (ROOT / "README.md").write_text(readme)
    (RESULTS / "README.md").write_text(
        "# Measured results\n\n"
        "Commands: `./kanpde table all` and `./kanpde table records`, or the one at the foot of a "
        "page; then\n"
        "`bench/record_results.py runs/table_all runs/table_records`.\n"
        f"kanpde {machine['version']}, {machine['threads']} threads, {machine['hardware']}, no GPU. "
        "Medians over the seeds of each file (0, 1, 2);\nseconds are training time a seed, an upper "
        "bound where other work shared the machine. A page a case has the\nranges over seeds, the "
        "published figures and the error against time. The bar is on the relative L2 error of the\n"
        "KAN unless it says otherwise.\n\n" + SAME_SECONDS
        + markdown(["case", "bar", "model", "parameters", "unknown", "MSE", "rel. L2", "max error",
                    "seconds"], full)
        + "\nOther tables:\n\n"
        + "".join(f"- [{title}]({name}.md)\n" for name, title in OTHER_PAGES.items()
                  if (RESULTS / f"{name}.md").exists()))


if __name__ == "__main__":
    main()
