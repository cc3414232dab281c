"""Grid extension 3, 5, 10, 20, 50 on poisson_2d over many seeds: does a change of grid raise the loss?

python3 bench/grid_extension.py [--program build/release/bin/kanpde] [--seeds 100] [--knots uniform]
prints, over all seeds and changes, the largest rise of the loss, the largest change of an edge as the program
reports it, and the number of runs that ended without a finite loss.
"""
import argparse
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTE = re.compile(r"seed (\d+): .*extended to (\d+) intervals.* at most (\S+), .*loss from (\S+) to (\S+)")


def stages(knots):
    first = "{optimizer: output_layer, steps: 1}"
    more = [f"{{optimizer: levenberg_marquardt, steps: 15, grid: {g}, knots: {knots}}}"
            for g in (5, 10, 20, 50)]
    return "[" + ", ".join([first] + more) + "]"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / "build/release/bin/kanpde")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--knots", default="uniform")
    parser.add_argument("--hidden", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            arguments.program, "solve", ROOT / "problems/poisson_2d.yaml", "--model", "kan", "--quiet",
            "--out", f"{folder}/run", "--set", "points={interior: 1000, boundary: 100}", "--set",
            f"models.kan={{type: kan, hidden: [{arguments.hidden}], degree: 5, grid: 3}}", "--set",
            f"training.stages={stages(arguments.knots)}", "--set",
            f"training.seeds={list(range(arguments.seeds))}"]
        status = subprocess.run([str(c) for c in command], stdout=subprocess.DEVNULL, check=False)
        log = pathlib.Path(folder, "run/run.log").read_text()
    changes = [tuple(map(float, m.groups())) for m in NOTE.finditer(log)]
    rises = [after / before - 1 for _, _, _, before, after in changes]
    print(f"{arguments.seeds} seeds, {len(changes)} changes of grid, knots {arguments.knots}")
    print(f"largest change of an edge: {max(c[2] for c in changes):.1e}")
    print(f"largest relative rise of the loss: {max(rises):.1e}")
    print(f"rises by more than 1e-6: {sum(r > 1e-6 for r in rises)}")
    print(f"runs that failed: {len(re.findall(': failed after', log))}; exit code {status.returncode}")


if __name__ == "__main__":
    main()
