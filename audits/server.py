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
SECONDS = 600  # for which a browser may keep what it got: as long as GitHub Pages allows


class Compressed(SimpleHTTPRequestHandler):
    """Serves files of a folder, text compressed, quietly."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def do_GET(self) -> None:
        """Answer with a file (as http.server names it), text compressed for who takes that."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        small = path.suffix in TEXT and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _compressed(path, path.stat().st_mtime_ns) if small else path.read_bytes()
        self.send_response(HTTPStatus.OK)
        kind = self.guess_type(str(path))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if path.suffix in TEXT else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", f"max-age={SECONDS}")
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@lru_cache(maxsize=1000)
def _compressed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and return its address, without a slash at its end."""
    handler = partial(Compressed, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
