"""How the book is opened in a browser, by audits, tests and measurements alike."""

from __future__ import annotations

# A browser that talks to nobody but the book.
QUIET = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader")  # fmt: skip

KINDS = "gd-demo, gd-graph, gd-microscope, gd-playground"
"""The elements that play, as a selector."""

READY = f"""Promise.all([...document.querySelectorAll("{KINDS}")].map(async demo => {{
  await customElements.whenDefined(demo.localName);
  await demo.ready;
}}))"""
"""Kept once all of a page's can be played; asking has them begin."""
