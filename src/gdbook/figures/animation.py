"""Animations: drawn once per frame and theme, encoded as video, with a poster and a description."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

from gdbook.checks import count
from gdbook.display import FIGURE
from gdbook.figures.axes import casing, mark_minima, name_powers, shade
from gdbook.figures.figure import as_html, described, encoded
from gdbook.figures.plots import Paths, key, name_axes
from gdbook.figures.style import styled
from gdbook.palette import LIGHT, THEMES, Theme, mark

Update = Callable[[int], Iterable[Artist]]
Setup = Callable[[Canvas, Theme], Update]
"""``setup(figure, theme)`` draws what stays, and returns ``update(frame) -> artists that move``.

Artists that move must be created with ``animated=True``."""

DPI = 130

# One thread and no clock: the same frames are the same bytes.
_EXACT = "-threads 1 -fflags +bitexact -flags:v +bitexact"
_CODECS = {
    "video/mp4": f"-c:v libx264 -crf 24 -preset veryfast -movflags +faststart {_EXACT} -f mp4",
    "video/webm": f"-c:v libvpx-vp9 -crf 38 -b:v 0 -deadline realtime -cpu-used 7 {_EXACT} -f webm",
}


def encoder(media_type: str, fps: int, shape: tuple[int, ...], path: Path) -> list[str]:
    """Return the ffmpeg command that makes a video of raw frames of a shape, read from stdin."""
    height, width, _ = shape
    raw = f"-f rawvideo -pix_fmt rgb24 -s {width}x{height} -r {fps} -i -"
    options = f"-y -loglevel error {raw} -an -pix_fmt yuv420p {_CODECS[media_type]}"
    ffmpeg: Any = imageio_ffmpeg  # untyped
    return [ffmpeg.get_ffmpeg_exe(), *options.split(), str(path)]


class Animation:
    """A video that shows itself in light and dark, and can say what it shows.

    Attributes:
        alt: what is seen to happen, in words.
        caption: a sentence printed below, or None.
        size: width and height in inches.
        frames: how many frames there are.
        fps: frames per second.
        poster: the frame shown before it plays, and in print.
        media_type: ``"video/mp4"`` or ``"video/webm"``.
        wide: whether it may be wider than the text.
    """

    def __init__(
        self,
        setup: Setup,
        frames: int,
        *,
        alt: str,
        caption: str | None = None,
        size: tuple[float, float] = (6.4, 4.4),
        fps: int = 24,
        poster: int = -1,
        media_type: str = "video/mp4",
        wide: bool = False,
    ):
        self.alt = described(alt)
        self.frames = count("frames", frames)
        self.fps = count("fps", fps)
        if media_type not in _CODECS:
            raise ValueError(f"media_type is {media_type!r}; expected one of {sorted(_CODECS)}")
        if poster not in range(-self.frames, self.frames):
            raise ValueError(f"poster is {poster!r}; expected a frame of the {self.frames}")
        self.caption = caption
        self.size = size
        self.poster = range(self.frames)[poster]
        self.media_type = media_type
        self.wide = wide
        self._setup = setup

    def images(self, theme: Theme = LIGHT) -> Iterator[np.ndarray]:
        """Yield each frame in a theme, shape (height, width, 3), 8-bit."""
        with styled(theme):
            canvas = Canvas(figsize=self.size, dpi=DPI)
            agg: Any = FigureCanvasAgg(canvas)
            update = self._setup(canvas, theme)
            name_powers(canvas)
            agg.draw()  # lays out and draws what stays, once
            canvas.set_layout_engine("none")
            background = agg.copy_from_bbox(canvas.bbox)
        for frame in range(self.frames):
            with styled(theme):  # anew, so that no other figure is drawn in it between two frames
                agg.restore_region(background)
                for artist in update(frame):
                    artist.draw(agg.get_renderer())
            # Video is coded in blocks of 2 x 2 pixels: an odd last row or column is cut.
            pixels = np.asarray(agg.buffer_rgba())[..., :3]
            yield pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2].copy()

    def render(self, theme: Theme = LIGHT) -> tuple[bytes, bytes]:
        """Return the video and its poster (WebP) in a theme, as files.

        Raises:
            RuntimeError: if ffmpeg cannot encode it.
        """
        images = self.images(theme)
        first = next(images)
        poster = first
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "video"
            command = encoder(self.media_type, self.fps, first.shape, path)
            with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as ffmpeg:
                assert ffmpeg.stdin is not None
                assert ffmpeg.stderr is not None
                with suppress(BrokenPipeError):  # where ffmpeg gives up, it complains below
                    for frame, pixels in enumerate(chain([first], images)):
                        if frame == self.poster:
                            poster = pixels
                        ffmpeg.stdin.write(pixels.tobytes())
                with suppress(BrokenPipeError):
                    ffmpeg.stdin.close()
                complaint = ffmpeg.stderr.read().decode(errors="replace").strip()
            if ffmpeg.returncode:
                raise RuntimeError(f"ffmpeg could not encode {self.media_type}: {complaint}")
            return path.read_bytes(), _webp(poster)

    def payload(self) -> dict[str, Any]:
        """Return what the book needs to show the video, as plain data."""
        files, posters = {}, {}
        for theme in THEMES:
            video, poster = self.render(theme)
            files[theme.name], posters[theme.name] = encoded(video), encoded(poster)
        return {
            "kind": "video",
            "alt": self.alt,
            "caption": self.caption,
            "wide": self.wide,
            "width": int(self.size[0] * DPI) // 2 * 2,
            "height": int(self.size[1] * DPI) // 2 * 2,
            "seconds": self.frames / self.fps,
            "media_type": self.media_type,
            "files": files,
            "posters": posters,
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        payload = self.payload()
        html = as_html(payload)
        return {FIGURE: payload, "text/html": html, "text/plain": f"[Animation: {self.alt}]"}


def animate(
    setup: Setup,
    frames: int,
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 4.4),
    fps: int = 24,
    poster: int = -1,
    media_type: str = "video/mp4",
    wide: bool = False,
) -> Animation:
    """Return an animation of your own drawing.

    Args:
        setup: ``setup(figure, theme)`` draws what stays and returns ``update(frame)``, which
            moves artists made with ``animated=True`` and returns them.
        frames: how many frames, at least 1.
        alt: what is seen to happen, in words: at least five of them.
        caption: a sentence to print below.
        size: width and height in inches.
        fps: frames per second.
        poster: the frame shown before it plays, and in print; the last by default.
        media_type: ``"video/mp4"`` (plays everywhere) or ``"video/webm"``.
        wide: whether it may be wider than the text.

    Raises:
        TypeError: if ``alt`` is not a string, or ``frames`` or ``fps`` not an integer.
        ValueError: if ``alt`` describes nothing, or another argument is out of its range.
    """
    return Animation(
        setup, frames, alt=alt, caption=caption, size=size, fps=fps, poster=poster,
        media_type=media_type, wide=wide,
    )  # fmt: skip


def animate_paths(
    grid: Any,
    paths: Paths,
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 4.8),
    seconds: float = 6.0,
    fps: int = 24,
    log: bool = True,
    axes: tuple[str, str] = ("w", "b"),
    media_type: str = "video/mp4",
    wide: bool = False,
) -> Animation:
    """Return paths growing on a surface seen from above, with the step counted.

    Args:
        grid: from ``surface.grid()``.
        paths: names and their points, each of shape (steps + 1, 2).
        alt: what is seen to happen, in words.
        caption: a sentence to print below.
        size: width and height in inches.
        seconds: how long the walk takes; its end is held for one more second.
        fps: frames per second.
        log: whether heights are spaced by the log of the loss above the floor, or evenly.
        axes: the names of the two parameters.
        media_type: ``"video/mp4"`` or ``"video/webm"``.
        wide: whether it may be wider than the text.

    Raises:
        TypeError: if ``alt`` is not a string, or ``fps`` not an integer.
        ValueError: if ``alt`` describes nothing, there is no path, or another argument is out of
            its range.
    """
    if not paths:
        raise ValueError("paths is empty; expected at least one")
    points = {name: np.asarray(values, float) for name, values in paths.items()}
    steps = max(len(values) for values in points.values()) - 1
    walk = max(2, round(seconds * fps))

    def setup(canvas: Canvas, theme: Theme) -> Update:
        ax = canvas.subplots()
        shade(ax, theme, grid, log=log)
        mark_minima(ax, theme, grid.minima)
        name_axes(ax, axes)
        key(ax, theme, list(points))
        counter = ax.text(
            0.985, 0.975, "", transform=ax.transAxes, ha="right", va="top", animated=True,
            path_effects=casing(theme, 3),
        )  # fmt: skip
        trails, heads = [], []
        for i, name in enumerate(points):
            style = mark(name, i)
            color = style.on(theme)
            trails += ax.plot(
                [], [], color=color, linewidth=1.8, animated=True, path_effects=casing(theme, 3.6),
                zorder=4,
            )  # fmt: skip
            heads += ax.plot(
                [], [], style.marker, color=color, markersize=10,
                markeredgecolor=theme.background, animated=True, zorder=5,
            )  # fmt: skip

        def update(frame: int) -> list[Artist]:
            now = min(frame / (walk - 1), 1.0) * steps
            counter.set_text(f"step {int(now + 1e-9)}")
            for values, trail, head in zip(points.values(), trails, heads, strict=True):
                seen = walked(values, now)
                trail.set_data(seen[:, 0], seen[:, 1])
                head.set_data(seen[-1:, 0], seen[-1:, 1])
            return [*trails, *heads, counter]

        return update

    return Animation(
        setup, walk + fps, alt=alt, caption=caption, size=size, fps=fps, media_type=media_type,
        wide=wide,
    )  # fmt: skip


def walked(points: np.ndarray, now: float) -> np.ndarray:
    """Return a path up to a moment: the steps taken, and a part of the one under way."""
    whole = min(int(now), len(points) - 1)
    seen = points[: whole + 1]
    if whole < len(points) - 1:
        part = points[whole] + (now - whole) * (points[whole + 1] - points[whole])
        seen = np.vstack([seen, part])
    walked: np.ndarray = seen[np.isfinite(seen).all(axis=1)]
    return walked


def _webp(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="webp", quality=88, method=4)
    return buffer.getvalue()
