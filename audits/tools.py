"""The auditors from npm, run with the Node that pip installs."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from audits.browsing import QUIET
from gdbook.book.bundle import install_packages, node_path

HERE = Path(__file__).parent
CHROME = ("--headless=new", *QUIET)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def install() -> None:
    """Install the auditors, unless they are installed already.

    Raises:
        RuntimeError: if Node or the npm registry cannot be had.
    """
    install_packages(HERE)


def surroundings(browser: str) -> dict[str, Any]:
    """Return the day, the machine, and the versions of a browser and of the auditors."""
    told = subprocess.run([browser, "--version"], capture_output=True, text=True, check=False)
    auditors = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    return {
        "date": datetime.date.today().isoformat(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "versions": {"browser": told.stdout.strip(), **auditors},
    }


def lighthouse(address: str, browser: str) -> dict[str, Any]:
    """Return Lighthouse's report on one page, on its idea of a phone.

    Args:
        address: of the page.
        browser: a Chrome or Chromium.

    Raises:
        RuntimeError: if it reports nothing.
    """
    command = [
        *("node_modules/.bin/lighthouse", address, "--quiet", "--output=json"),
        *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(CHROME)}"),
    ]
    told = _told(command, {"CHROME_PATH": browser})
    try:
        report: dict[str, Any] = json.loads(told.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"Lighthouse failed on {address}: {told.stderr.strip()}") from None
    return report


def invalid(pages: list[Path]) -> dict[str, list[str]]:
    """Return what html-validate finds in pages: by file, ``line: rule: message``.

    Raises:
        RuntimeError: if it reports nothing.
    """
    command = [
        "node_modules/.bin/html-validate",
        "--config=htmlvalidate.json",
        "--formatter=json",
        *map(str, pages),
    ]
    told = _told(command, {})
    try:
        results = json.loads(told.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"html-validate failed: {told.stderr.strip()}") from None
    return {
        result["filePath"]: [
            f"{found['line']}: {found['ruleId']}: {found['message']}"
            for found in result["messages"]
        ]
        for result in results
    }


def _told(command: list[str], settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = node_path() | settings
    return subprocess.run(
        command, cwd=HERE, env=environment, capture_output=True, text=True, check=False
    )
