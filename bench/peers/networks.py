"""The networks of bench/device.cpp in plain PyTorch, as published KAN packages write them."""

import torch


class KanLayer(torch.nn.Module):
    """y_j = sum_i w_ji silu(x_i) + sum_g c_jig B_g(x_i), B-splines of one degree on [-1, 1].

    The basis comes from the recursion of Cox and de Boor on whole tensors and meets the
    coefficients in one matrix product (the fast form, after efficient-kan; pykan forms the values
    of all edges and is slower).
    """

    def __init__(self, inputs, outputs, degree=3, grid=5):
        super().__init__()
        self.degree = degree
        knots = torch.arange(-degree, grid + degree + 1) * (2 / grid) - 1
        self.register_buffer(
            "knots", knots.to(
                torch.get_default_dtype()).expand(
                inputs, -1).contiguous())
        count = grid + degree
        scale = 1 / (inputs * (count + 1)) ** 0.5
        self.base = torch.nn.Parameter(scale * torch.randn(outputs, inputs))
        self.spline = torch.nn.Parameter(scale * torch.randn(outputs, inputs * count))

    def basis(self, x):
        """Values of all splines: points x inputs x (grid + degree)."""
        t, x = self.knots, x.unsqueeze(-1)
        b = ((x >= t[:, :-1]) & (x < t[:, 1:])).to(x.dtype)
        for k in range(1, self.degree + 1):
            left = (x - t[:, : -(k + 1)]) / (t[:, k:-1] - t[:, : -(k + 1)])
            right = (t[:, k + 1:] - x) / (t[:, k + 1:] - t[:, 1:-k])
            b = left * b[..., :-1] + right * b[..., 1:]
        return b

    def forward(self, x):
        base = torch.nn.functional.linear(torch.nn.functional.silu(x), self.base)
        return base + torch.nn.functional.linear(self.basis(x).flatten(1), self.spline)


def kan(widths):
    return torch.nn.Sequential(*(KanLayer(a, b) for a, b in zip(widths, widths[1:])))


def mlp(widths):
    layers = [torch.nn.Linear(widths[0], widths[1])]
    for a, b in zip(widths[1:], widths[2:]):
        layers += [torch.nn.Tanh(), torch.nn.Linear(a, b)]
    return torch.nn.Sequential(*layers)


def laplacian(network, x):
    """u_xx + u_yy by nested autodiff; x: points x 2, requires_grad."""
    u = network(x)
    du = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
    return sum(torch.autograd.grad(du[:, i].sum(), x, create_graph=True)[0][:, i] for i in range(2))


def parameters(network):
    return sum(p.numel() for p in network.parameters())


def check():
    """Partition of unity, and the Laplacian against central differences (error of order h^2)."""
    torch.manual_seed(1)
    x = 1.8 * torch.rand(50, 2, dtype=torch.float64) - 0.9
    torch.set_default_dtype(torch.float64)
    for network in (kan([2, 10, 10, 1]), mlp([2, 10, 10, 1])):
        exact = laplacian(network, x.clone().requires_grad_())
        errors = []
        for h in (4e-3, 2e-3):
            steps = h * torch.eye(2)
            value = sum(network(x + s) + network(x - s) - 2 * network(x) for s in steps) / h**2
            # Third derivatives of cubic splines jump at knots, so the order shows in
            # the median only.
            errors.append((value[:, 0] - exact).abs().median().item() / exact.abs().median().item())
        if not (errors[1] < 1e-4 and errors[0] > 2.5 * errors[1]):
            raise SystemExit(f"wrong Laplacian: relative differences {errors}")
    unity = (KanLayer(2, 1).basis(x).sum(-1) - 1).abs().max().item()
    if unity > 1e-14:
        raise SystemExit(f"the splines do not sum to one: {unity}")
