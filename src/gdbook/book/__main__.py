"""Acts besides building: ``python -m gdbook.book ACT ...``.

``check`` checks the types of the browser side, ``bundle`` makes it; ``zip SITE FILE`` writes a
built site as an archive to read without a server; ``compare SITE SITE`` names the files by which
two builds of one commit differ.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from gdbook.book.bundle import bundle, check_types
from gdbook.book.exact import differences
from gdbook.book.offline import archive


def compare(one: Path, other: Path) -> None:
    """Say by which files two sites differ.

    Raises:
        RuntimeError: if they do.
    """
    if different := differences(one, other):
        raise RuntimeError("\n".join(["these files differ:", *different]))


ACTS: dict[str, tuple[Callable[..., object], int]] = {
    "bundle": (bundle, 0),
    "check": (check_types, 0),
    "zip": (archive, 2),
    "compare": (compare, 2),
}

if __name__ == "__main__":
    act, count = ACTS.get(" ".join(sys.argv[1:2]), (None, 0))
    words = [Path(word) for word in sys.argv[2:]]
    if act is None or len(words) != count:
        sys.exit(f"expected one of {', '.join(ACTS)}, but got {sys.argv[1:]}")
    try:
        act(*words)
    except RuntimeError as failure:
        sys.exit(str(failure))
