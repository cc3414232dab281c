#!/usr/bin/env python3
"""What bench/device.cpp times, in PyTorch, and the ceilings of the chip.

usage: pytorch.py [--device cuda|cpu] [--points N] [--seconds S] [--cases A,B] [--json FILE]

ceilings  a large copy (bytes read and written) and large matrix products; TF32 is off, hence the
          one in float32 runs on the vector units, and the one in float64 on the tensor cores
gradient  one training step: residual u_xx + u_yy - f by nested autodiff, mean square, backward
layer     forward and backward, adjoint of the inputs included: KAN 64 to 64, and the MLP layer
          192 to 192 with tanh, which has as many parameters (36,864)

Times are wall clock between synchronisations, after a warm-up; the median of the repetitions
counts. Points are taken in chunks, halved until they fit into memory. torch.compile cannot
differentiate twice, so the steps run eagerly. Exits with 77 where PyTorch or the device is absent.
"""

import argparse
import json
import statistics
import sys
import time

try:
    import torch
except ImportError:
    print("no PyTorch")
    sys.exit(77)

import networks

FLOATS = {"float64": torch.float64, "float32": torch.float32}


class Bench:
    def __init__(self, device, seconds, path):
        self.device, self.seconds, self.path, self.results = device, seconds, path, []

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def times(self, work):
        """Sorted seconds of `work`, at least three of them."""
        for _ in range(2):
            work()
        self.synchronize()
        times = []
        while len(times) < 3 or (sum(times) < self.seconds and len(times) < 1000):
            begin = time.perf_counter()
            work()
            self.synchronize()
            times.append(time.perf_counter() - begin)
        return sorted(times)

    def record(self, case, precision, times, **more):
        median = statistics.median(times)
        result = {"case": case, "framework": f"PyTorch {torch.__version__}", "precision": precision,
                  "median_ms": 1e3 * median, "best_ms": 1e3 * times[0], "repeats": len(times),
                  **more}
        if self.device == "cuda":
            result["peak_gb"] = torch.cuda.max_memory_allocated() / 1e9
        self.results.append(result)
        rest = " ".join(f"{k}={v:.4g}" for k, v in more.items())
        print(f"{case:24} {precision:8} {1e3 * median:12.4f} ms  {rest}", flush=True)
        if self.path:  # now, since a time limit may end the program
            with open(self.path, "w", encoding="utf-8") as file:
                json.dump(self.results, file, indent=1)

    def in_chunks(self, points, step):
        """Times step(chunk), repeated until `points` are done, with the largest chunk that fits."""
        chunk = points
        while True:
            try:
                if self.device == "cuda":
                    torch.cuda.empty_cache()
                    torch.cuda.reset_peak_memory_stats()

                def work():
                    for first in range(0, points, chunk):
                        step(first, min(first + chunk, points))

                return chunk, self.times(work)
            except torch.cuda.OutOfMemoryError:
                chunk = (chunk + 1) // 2

    def ceilings(self, points):
        size = points * 512 if self.device == "cuda" else points * 16  # numbers of 8 bytes
        a = torch.randn(size, device=self.device, dtype=torch.float64)
        b = torch.empty_like(a)
        times = self.times(lambda: b.copy_(a))
        self.record("copy", "float64", times, gb_per_s=16e-9 * size / statistics.median(times))
        del a, b
        n = 8192 if self.device == "cuda" else 512
        for precision, dtype in FLOATS.items():
            a, b = (torch.randn(n, n, device=self.device, dtype=dtype) for _ in range(2))
            c = torch.empty_like(a)
            times = self.times(lambda: torch.mm(a, b, out=c))
            rate = 2e-12 * n**3 / statistics.median(times)
            self.record("product", precision, times, n=n, tflops=rate)

    def gradient(self, points):
        for name, build, widths in (("kan", networks.kan, [2, 10, 10, 1]),
                                    ("mlp", networks.mlp, [2, 100, 100, 100, 1])):
            for precision, dtype in FLOATS.items():
                torch.manual_seed(0)
                torch.set_default_dtype(dtype)
                network = build(widths).to(self.device)
                x = 2 * torch.rand(points, 2, device=self.device) - 1
                f = torch.sin(3 * x[:, 0]) * torch.sin(3 * x[:, 1])

                def step(first, last):
                    if first == 0:
                        network.zero_grad()
                    part = x[first:last].clone().requires_grad_()
                    r = networks.laplacian(network, part) - f[first:last]
                    (0.5 / points * (r * r).sum()).backward()

                chunk, times = self.in_chunks(points, step)
                self.record(f"gradient_{name}", precision, times, points=points, chunk=chunk,
                            parameters=networks.parameters(network))

    def layer(self, points):
        torch.set_default_dtype(torch.float32)
        wide = torch.nn.Sequential(torch.nn.Linear(192, 192, bias=False), torch.nn.Tanh())
        for name, network, width in (("mlp_192", wide, 192),
                                     ("kan_64", networks.kan([64, 64]), 64)):
            torch.manual_seed(0)
            network = network.to(self.device)
            x = 2 * torch.rand(points, width, device=self.device) - 1

            def step(first, last):
                if first == 0:
                    network.zero_grad()
                part = x[first:last].detach().requires_grad_()
                y = network(part)
                (0.5 / points * (y * y).sum()).backward()

            chunk, times = self.in_chunks(points, step)
            self.record(f"layer_{name}", "float32", times, points=points, chunk=chunk,
                        parameters=networks.parameters(network))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--cases", default="ceilings,gradient,layer")
    parser.add_argument("--json")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("no GPU that PyTorch can use")
        return 77
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    networks.check()
    bench = Bench(options.device, options.seconds, options.json)
    for case in options.cases.split(","):
        {"ceilings": bench.ceilings, "gradient": bench.gradient, "layer": bench.layer}[case](
            options.points)
    return 0


if __name__ == "__main__":
    sys.exit(main())
