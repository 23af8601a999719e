"""Run all measurements and print them: ``nox -s bench``."""

from __future__ import annotations

import jax

from benchmarks import emit, loop


def main() -> None:
    """Print each measurement as a table of times and ratios."""
    device = jax.devices()[0]
    print(f"Adam on Rosenbrock's function, JAX {jax.__version__} on {device.device_kind}")
    times = loop.measure()
    ours = times["gd.descend"]
    for name, seconds in times.items():
        print(f"  {name:40} {seconds * 1e9:10.1f} ns a step   {seconds / ours:8.2f} x")
    print("Emitted JavaScript in Node, beside the same step written by hand")
    times = emit.measure()
    for name, seconds in times.items():
        by_hand = times.get(name.replace("emitted", "by hand"), seconds)
        print(f"  {name:40} {seconds * 1e9:10.1f} ns a call   {seconds / by_hand:8.2f} x")


if __name__ == "__main__":
    main()
