"""The book as data: words stay, code and markup go, and characters come back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gdbook as gd

PAGE = """---
kernel: python
---
(label)=
# The *update* rule

% a comment: nothing to read
Go {term}`downhill <gradient>`, as [Cauchy](http://example.org) did, by `descend`.

```{code-cell}
:tags: [hide]
x = 1
```

::::{tip}
Skipped.
::::

$$
a = b
$$

- First
- **Second** $x^2$ end.
"""


def test_words_stay_and_markup_goes() -> None:
    """Of a page with front matter, label, code, directive, formulas and roles, prose is left."""
    wanted = "The update rule\n\nGo downhill, as Cauchy did, by descend.\n\nFirst\nSecond end."
    assert gd.datasets.stripped(PAGE) == wanted


def test_prose_reads_pages_in_order(tmp_path: Path) -> None:
    """Pages in all folders are read by the order of their paths, built ones are not."""
    for name, text in {"b.md": "two", "a/z.md": "one", "_build/c.md": "no", "d.txt": "no"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert gd.datasets.prose(tmp_path) == "one\n\ntwo"
    with pytest.raises(ValueError, match=r"^folder is .*, which holds no page; expected \*.md"):
        gd.datasets.prose(tmp_path / "nowhere")


def test_characters_come_back() -> None:
    """Codes into the alphabet spell the text."""
    codes, alphabet = gd.datasets.characters(PAGE)
    assert "".join(alphabet[code] for code in np.asarray(codes)) == PAGE
    assert list(alphabet) == sorted(set(PAGE))
    with pytest.raises(ValueError, match=r"^text is ''; expected at least one character$"):
        gd.datasets.characters("")
