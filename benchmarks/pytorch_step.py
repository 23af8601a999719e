"""The same network trained in PyTorch: every loss written down for the book, or a step timed.

It needs PyTorch and nothing else; run it with any Python that has it::

    python benchmarks/pytorch_step.py           writes docs/practice/pytorch.json
    python benchmarks/pytorch_step.py --time    prints the seconds of a step of a larger network
"""

import itertools
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import torch

RESULTS = Path(__file__).parent.parent / "docs" / "practice" / "pytorch.json"
EXAMPLES, STEPS = 32, 60
SHAPES = [(3, 8), (8,), (8, 1), (1,)]  # W₁, b₁, W₂, b₂

RULES = {
    "gradient descent": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "dampened momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.9),
    "Nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "Adam, weight_decay": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "AdamW as it comes": lambda p: torch.optim.AdamW(p, lr=0.01),
    "RMSProp as it comes": lambda p: torch.optim.RMSprop(p, lr=0.01),
}


def numbers(shape, seed):
    """Return fractions that look random and are the same everywhere, to the last bit."""
    count = torch.Size(shape).numel()
    values = [pow(7, i + 1000 * seed, 10007) / 10007 - 0.5 for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def train(rule):
    """Return the loss before each step, and the parameters after the first and the last."""
    inputs = 4 * numbers((EXAMPLES, 3), 1)
    targets = inputs[:, :1] * inputs[:, 1:2] + 0.5 * inputs[:, 2:]
    params = [numbers(shape, seed + 2).requires_grad_() for seed, shape in enumerate(SHAPES)]
    optimizer = rule(params)
    losses, after = [], {}
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        hidden = torch.tanh(inputs @ params[0] + params[1])
        loss = torch.mean((hidden @ params[2] + params[3] - targets) ** 2)
        losses.append(loss.item())
        if step in (1, STEPS):
            after[step] = torch.cat([p.detach().flatten() for p in params]).tolist()
        loss.backward()
        optimizer.step()
    return {"losses": losses, "first": after[1], "last": after[STEPS]}


def defaults(rule):
    """Return what an optimizer assumes where it is not told."""
    plain = (bool, int, float, list, tuple)
    given = rule([torch.zeros(1, requires_grad=True)]).defaults
    return {name: value for name, value in given.items() if isinstance(value, plain)}


def seconds_of_a_step(layers=(64, 256, 256, 64, 10), examples=4096, batch=128, steps=200):
    """Return the median time of a step of Adam on the network of benchmarks/network.py."""
    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count() or 1)
    inputs, labels = torch.randn(examples, layers[0]), torch.randint(layers[-1], (examples,))
    modules = []
    for m, n in itertools.pairwise(layers):
        modules += [torch.nn.Linear(m, n), torch.nn.ReLU()]
    network = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    times = []
    for _ in range(6):
        clock, processors = time.perf_counter(), time.process_time()
        for _ in range(steps):
            rows = torch.randint(examples, (batch,))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(inputs[rows]), labels[rows]).backward()
            optimizer.step()
        spent = time.perf_counter() - clock, time.process_time() - processors
        times.append([total / steps for total in spent])
    clock, processors = (statistics.median(column) for column in zip(*times[1:], strict=True))
    return {"clock": clock, "processors": processors, "version": torch.__version__}


def main():
    """Train by every rule and write what came out, or time a step."""
    if "--time" in sys.argv:
        print(json.dumps(seconds_of_a_step()))
        return
    found = {
        "version": torch.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
        "defaults": {name: defaults(rule) for name, rule in RULES.items()},
        "runs": {name: train(rule) for name, rule in RULES.items()},
    }
    RESULTS.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    print(f"Written to {RESULTS}")


if __name__ == "__main__":
    main()
