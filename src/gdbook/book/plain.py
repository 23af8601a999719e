"""MyST as plain Markdown: what a notebook shows where no Sphinx has read the text.

Directives become quotes, headings and code; roles become the words that the page shows, which
are asked of whoever knows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

Say = Callable[[str], str]
"""``say(content)`` returns what stands in place of a role or a directive with that content."""

LABEL = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
ROLE = re.compile(r"\{([\w:]+)\}`([^`]+)`")
OPTION = re.compile(r"^:([\w-]+): *(.*)\n?", re.MULTILINE)
BLOCK = re.compile(
    r"^(?P<fence>:{3,}|`{3,})\{(?P<name>[\w-]+)\} *(?P<argument>.*)\n"
    r"(?P<content>(?:.*\n)*?)(?P=fence) *$",
    re.MULTILINE,
)
TITLED = re.compile(r"(.+?)\s*<([^<>]+)>", re.DOTALL)


def plain(text: str, roles: Mapping[str, Say], folder: Path) -> str:
    """Return the Markdown of a page as other readers of Markdown understand it.

    Args:
        text: a part of the page.
        roles: what says the words of each role.
        folder: of the page, from which files are included.
    """

    def role(found: re.Match[str]) -> str:
        name, content = found.groups()
        return roles[name](content) if name in roles else titled(content)[0]

    text = LABEL.sub("", text)
    text = BLOCK.sub(lambda block: _block(block, folder), text + "\n")
    return ROLE.sub(role, text).strip()


def titled(content: str) -> tuple[str, str]:
    """Return the words and the target of a role: one and the same, or as ``words <target>``."""
    found = TITLED.fullmatch(content)
    return (found[1], found[2]) if found else (content, content)


def _block(block: re.Match[str], folder: Path) -> str:
    """Return what stands in a directive's place; what only the whole book can tell is left out."""
    options = dict(OPTION.findall(block["content"]))
    content = OPTION.sub("", block["content"]).strip()
    match block["name"]:
        case "question":
            return "\n".join(f"> {line}".rstrip() for line in content.splitlines())
        case "depth":
            return f"**{options.get('title', block['argument'].capitalize())}**\n\n{content}"
        case "literalinclude":
            included = (folder / block["argument"]).read_text(encoding="utf-8").rstrip()
            return f"```{options.get('language', '')}\n{included}\n```"
    return ""
