"""The built book over HTTP, compressed as hosts compress it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TEXT = (".html", ".css", ".js", ".json", ".svg", ".txt", ".xml")
UNDER = "/gdbook"  # where the book is published, so where it must work
SECONDS = 600  # for which a browser may keep what it got: as long as GitHub Pages allows


class Compressed(SimpleHTTPRequestHandler):
    """Serves files of a folder under a path, text compressed, quietly."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def __init__(self, *args: Any, under: str, **options: Any):
        self.under = under
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        """Answer with a file (as http.server names it), text compressed for who takes that."""
        path, status = self._file(), HTTPStatus.OK
        if path is None:
            path, status = Path(self.directory) / "404.html", HTTPStatus.NOT_FOUND
        if not path.is_file():
            self.send_error(status)
            return
        small = path.suffix in TEXT and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _compressed(path, path.stat().st_mtime_ns) if small else path.read_bytes()
        self.send_response(status)
        kind = self.guess_type(str(path))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if path.suffix in TEXT else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", f"max-age={SECONDS}")
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def _file(self) -> Path | None:
        """Return the file that was asked for, or None if there is none."""
        if not self.path.startswith(f"{self.under}/"):
            return None
        path = Path(self.translate_path(self.path.removeprefix(self.under)))
        path = path / "index.html" if path.is_dir() else path
        return path if path.is_file() else None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@lru_cache(maxsize=1000)
def _compressed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@contextmanager
def served(folder: Path, under: str = "") -> Iterator[str]:
    """Serve a folder, and return its address, without a slash at its end.

    Args:
        folder: what to serve; its ``404.html`` answers for what it does not have, as on Pages.
        under: the path below which it is found, such as ``"/gdbook"``.
    """
    handler = partial(Compressed, directory=str(folder), under=under)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{under}"
        server.shutdown()
