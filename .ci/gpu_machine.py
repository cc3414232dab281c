"""What .ci/gpu asks of the machine it runs on."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

NEEDED = ["libcublas.so.13", "libcusolver.so.12", "libnvrtc.so.13"]


def all_lines(command, environment=None):
    """What a command prints; nothing where it is absent or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True,
                              env=environment)
        return done.stdout.strip()
    except (OSError, TypeError, subprocess.SubprocessError):
        return ""


def first_line(command):
    return all_lines(command).partition("\n")[0]


def find_tool(name):
    places = [os.environ.get("CUDA_PATH", ""), "/usr/local/cuda",
              "/usr/local/cuda/compute-sanitizer"]
    return shutil.which(name) or next((str(p) for place in places if place for p in (
        pathlib.Path(place) / "bin" / name, pathlib.Path(place) / name) if p.exists()), None)


def with_cuda_libraries():
    """The environment in which the bundle's programs find the CUDA libraries: a toolkit's, else
    those that PyTorch brought."""
    nvcc = find_tool("nvcc")
    places = [pathlib.Path(nvcc).resolve().parent.parent / "lib64"] if nvcc else []
    places += sorted(pathlib.Path("/usr/local").glob("cuda*/lib64"))
    for packages in sys.path:
        places += sorted(pathlib.Path(packages).glob("nvidia/*/lib"))
    found = [next((str(p) for p in places if (p / name).exists()), None) for name in NEEDED]
    before = os.environ.get("LD_LIBRARY_PATH")
    return {**os.environ,
            "LD_LIBRARY_PATH": ":".join(dict.fromkeys(p for p in [*found, before] if p))}


def chip(kanpde, environment):
    """Name, driver and memory of the first GPU, by nvidia-smi or else by kanpde; "" without one."""
    line = first_line(["nvidia-smi", "--query-gpu=name,driver_version,memory.total",
                       "--format=csv,noheader"])
    if line and "no devices" not in line.lower():
        return line
    found = re.search(r"^cuda:0 +(.+)$", all_lines([kanpde, "info"], environment), re.M)
    return found[1] if found else ""


def shortened(output, most=200_000):
    """Both ends of what is too long for a log that must stay below 16 MiB."""
    if len(output) <= most:
        return output
    return (f"{output[:most // 2]}\n[... {len(output) - most} characters left out ...]\n"
            f"{output[-most // 2:]}")
