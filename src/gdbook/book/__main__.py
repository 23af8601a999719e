"""The browser side alone: ``python -m gdbook.book check`` checks its types, ``bundle`` makes it."""

import sys

from gdbook.book.bundle import bundle, check_types

ACTS = {"bundle": bundle, "check": check_types}

if __name__ == "__main__":
    act = ACTS.get(" ".join(sys.argv[1:]))
    if act is None:
        sys.exit(f"expected one of {', '.join(ACTS)}, but got {sys.argv[1:]}")
    try:
        act()
    except RuntimeError as failure:
        sys.exit(str(failure))
