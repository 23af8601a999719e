"""Side by side: tests that share something dear run in one process, where it is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARKS = "from tests.conftest import pytest_collection_modifyitems\n"
FILE = """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(6))
def test_who_runs_it(number):
    with open("who.txt", "a") as who:
        print(Path(__file__).stem, os.environ["PYTEST_XDIST_WORKER"], file=who)
"""


def test_a_files_tests_run_in_one_process(tmp_path: Path) -> None:
    """Two files of six tests on two workers: each file has one of them, and both are at work."""
    (tmp_path / "conftest.py").write_text(MARKS)
    for name in ("one", "other"):
        (tmp_path / f"test_{name}.py").write_text(FILE)
    command = [sys.executable, "-m", "pytest", "--numprocesses", "2", "--dist", "loadgroup"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    workers = defaultdict(list)
    for line in (tmp_path / "who.txt").read_text().splitlines():
        name, worker = line.split()
        workers[name].append(worker)
    assert {name: len(found) for name, found in workers.items()} == {"test_one": 6, "test_other": 6}
    assert sorted(sorted(set(found)) for found in workers.values()) == [["gw0"], ["gw1"]]
