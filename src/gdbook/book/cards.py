"""The picture that other sites show when they link to a page: its part, its title, its question.

Sites want a picture of 1200 x 630 pixels in an old format (Open Graph; ogp.me). Most figures of the
book are drawings in SVG, which those sites do not show, so a page has a card of its own, with its
first picture in pixels where it has one. A card is named by what is on it and is drawn only
if it is not there yet.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from gdbook.book.media import book_picture
from gdbook.palette import LIGHT

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 72
COLUMN = 620  # pixels for the text beside a picture
HEAVIEST = 60 * 1024
COLOURS = (128, 64, 32, 16)
TITLES = (68, 58, 50, 42)  # sizes to try: a title has at most three lines
BOOK = "gdbook"
FOLDER, NAME = "_images", "card-*.png"
SEEN = 2  # each line of the terrain is drawn so many times as large, for smooth edges


class Card(NamedTuple):
    """What is on a card; ``picture`` is the path of a raster image, or None."""

    part: str
    title: str
    question: str
    picture: Path | None

    @property
    def name(self) -> str:
        """The name of the card's file: another card has another name."""
        digest = hashlib.sha256(Path(__file__).read_bytes())
        digest.update("\n".join(self[:3]).encode())
        digest.update(self.picture.read_bytes() if self.picture else b"")
        return NAME.replace("*", digest.hexdigest()[:20])


def write(app: Sphinx, card: Card) -> str:
    """Write a card into the site, unless it is there, and return its absolute address."""
    folder = Path(app.outdir) / FOLDER
    target = folder / card.name
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(drawn(card))
    return f"{app.config.html_baseurl}{FOLDER}/{card.name}"


def picture_of(app: Sphinx, doctree: nodes.document) -> Path | None:
    """Return the first raster image of a page, as it is seen on a light page, or None."""
    for node in doctree.findall(book_picture):
        path: Path = Path(app.srcdir) / node["uri"]
        if node["theme"] == "light" and path.suffix == ".webp" and path.is_file():
            return path
    return None


def drawn(card: Card) -> bytes:
    """Return a card as a PNG of at most :data:`HEAVIEST` bytes, if few colours allow it."""
    image = Image.new("RGB", SIZE, LIGHT.background) if card.picture else _terrain().copy()
    if card.picture:
        _put_picture(image, card.picture)
    _put_words(image, card)
    for colours in COLOURS:
        file = BytesIO()
        few = image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file, "PNG")
        if len(file.getvalue()) <= HEAVIEST:
            break
    return file.getvalue()


def _put_picture(image: Image.Image, path: Path) -> None:
    """Put a page's picture to the right, as large as there is room."""
    left = MARGIN + COLUMN + 40
    room = WIDTH - left - 32, HEIGHT - 2 * MARGIN
    with Image.open(path) as opened:
        picture = opened.convert("RGBA")
    scale = min(room[0] / picture.width, room[1] / picture.height)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    image.paste(picture, (left, (HEIGHT - picture.height) // 2), picture)


@cache
def _terrain() -> Image.Image:
    """Return an empty card with the level lines of a valley to the right."""
    large = Image.new("RGB", (WIDTH * SEEN, HEIGHT * SEEN), LIGHT.background)
    draw, (x, y) = ImageDraw.Draw(large), (1010, 330)
    for number, colour in enumerate(LIGHT.terrain):
        wide, high = 520 * 0.8**number, 400 * 0.8**number
        box = [(x - wide) * SEEN, (y - high) * SEEN, (x + wide) * SEEN, (y + high) * SEEN]
        draw.ellipse(box, outline=colour, width=3 * SEEN)
    return large.resize(SIZE, Image.Resampling.LANCZOS)


def _put_words(image: Image.Image, card: Card) -> None:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 14, HEIGHT), fill=LIGHT.accent)
    draw.text((MARGIN, MARGIN), card.part, fill=LIGHT.muted, font=_font(26))
    fitting = (size for size in TITLES if len(_lines(card.title, _font(size, bold=True))) <= 3)
    size = next(fitting, TITLES[-1])
    y = _put(draw, MARGIN + 62, card.title, _font(size, bold=True), LIGHT.text)
    _put(draw, y + 28, card.question, _font(30), LIGHT.muted, bottom=HEIGHT - MARGIN - 56)
    draw.text((MARGIN, HEIGHT - MARGIN - 24), BOOK, fill=LIGHT.accent, font=_font(30, bold=True))


def _put(
    draw: ImageDraw.ImageDraw,
    y: float,
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: str,
    bottom: float = HEIGHT,
) -> float:
    """Write a text in lines from a height on, those that fit, and return where it ends."""
    step = font.size * 1.28
    lines = _lines(text, font)
    fit = max(1, int((bottom - y) // step))
    if len(lines) > fit:
        lines = [*lines[: fit - 1], f"{lines[fit - 1]} …"]
    for line in lines:
        draw.text((MARGIN, y), line, fill=colour, font=font)
        y += step
    return y


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Return a text in lines that are no wider than the column."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= COLUMN or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which matplotlib brings; matplotlib itself is not imported for it."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    file = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)
