"""Animations: as many frames as asked for, decodable, the same bytes, and the path as given."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import imageio_ffmpeg
import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from gdbook.display import FIGURE
from gdbook.figures import Animation, animate, animate_paths
from gdbook.figures.animation import _CODECS, DPI, walked
from gdbook.figures.style import styled
from gdbook.palette import DARK, LIGHT, THEMES, Theme
from tests.figures.scenes import ALT, PATHS, bowl, spiral

in_both_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
VIDEOS = ("video/mp4", "video/webm")
SMALL = (1.0, 0.75)
FRAMES = 5


def bar(canvas: Any, theme: Theme) -> Any:
    """Draw a bar that grows from left to right, one fifth of the width in each frame."""
    canvas.set_layout_engine("none")  # the bar's width is measured: no margins
    ax = canvas.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, FRAMES), ylim=(0, 1))
    ax.axis("off")
    (rectangle,) = ax.bar([0], [1], width=0, align="edge", color=theme.text, animated=True)

    def update(frame: int) -> Any:
        rectangle.set_width(frame + 1)
        return [rectangle]

    return update


def growing(**options: Any) -> Animation:
    """Return the animation of a growing bar."""
    return animate(bar, FRAMES, alt=ALT, **{"size": SMALL, "fps": 10, **options})


def decoded(video: bytes, folder: Path, media_type: str) -> tuple[dict[str, str], np.ndarray]:
    """Return what ffmpeg says of a video, and its frames, shape (n, height, width, 3)."""
    path = folder / ("video." + media_type.removeprefix("video/"))
    path.write_bytes(video)
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    command = [ffmpeg, "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    said = done.stderr.decode(errors="replace")
    pattern = r"Video: (?P<codec>\w+).*?, (?P<pix_fmt>\w+)"
    pattern += r".*?, (?P<width>\d+)x(?P<height>\d+).*?, (?P<fps>\d+) fps"
    found = re.search(pattern, said)
    assert found is not None, said
    facts = found.groupdict()
    shape = (-1, int(facts["height"]), int(facts["width"]), 3)
    return facts, np.frombuffer(done.stdout, np.uint8).reshape(shape)


def filled(frame: np.ndarray, theme: Theme) -> float:
    """Return the part of a frame's middle row that the bar covers."""
    row = frame[frame.shape[0] // 2].astype(float).mean(axis=1)
    bar_is_dark = theme is LIGHT
    return float(np.mean(row < 128 if bar_is_dark else row > 128))


# Frames.


@in_both_themes
def test_there_are_as_many_images_as_frames(theme: Theme) -> None:
    """Each frame is an image of its moment, in the theme's colours."""
    images = list(growing().images(theme))
    assert len(images) == FRAMES
    for frame, image in enumerate(images):
        assert image.dtype == np.uint8
        assert filled(image, theme) == pytest.approx((frame + 1) / FRAMES, abs=0.03)


@pytest.mark.parametrize("size", [(1.0, 0.75), (1.005, 0.757), (1.01, 0.763), (0.9, 0.7)])
def test_images_have_even_sides_and_the_size_announced(size: tuple[float, float]) -> None:
    """Both sides are even, as video needs it, and are those that the payload announces."""
    animation = growing(size=size, media_type="video/mp4")
    image = next(iter(animation.images()))
    height, width, channels = image.shape
    assert (height % 2, width % 2, channels) == (0, 0, 3)
    assert abs(width - size[0] * DPI) < 2
    assert abs(height - size[1] * DPI) < 2
    payload = animation.payload()
    assert (payload["width"], payload["height"]) == (width, height)


def test_what_stays_is_drawn_once() -> None:
    """Setup runs once for a render, and every frame begins with a clean background."""
    calls = []

    def setup(canvas: Any, theme: Theme) -> Any:
        calls.append(theme.name)
        update = bar(canvas, theme)
        return lambda frame: update(FRAMES - 1 - frame)

    images = list(animate(setup, FRAMES, alt=ALT, size=SMALL).images(DARK))
    assert calls == ["dark"]
    assert filled(images[0], DARK) == pytest.approx(1, abs=0.03)
    assert filled(images[-1], DARK) == pytest.approx(1 / FRAMES, abs=0.03)


def test_an_animation_leaves_matplotlib_s_settings_alone() -> None:
    """Between two frames, and after an animation was given up, settings are as before."""
    before = dict(mpl.rcParams)
    images = growing().images(DARK)
    next(images)
    assert dict(mpl.rcParams) == before
    with styled(LIGHT):
        images.close()
        assert mpl.rcParams["figure.facecolor"] == LIGHT.background
    assert dict(mpl.rcParams) == before


# Videos.


@pytest.mark.parametrize("media_type", VIDEOS)
def test_a_video_decodes_to_the_frames_drawn(media_type: str, tmp_path: Path) -> None:
    """Decoded, the file has each frame drawn, in order, at the frame rate asked for."""
    animation = growing(media_type=media_type)
    video, _ = animation.render(LIGHT)
    facts, frames = decoded(video, tmp_path, media_type)
    assert facts["fps"] == "10"
    assert len(frames) == FRAMES
    for frame, (got, drawn) in enumerate(zip(frames, animation.images(LIGHT), strict=True)):
        assert got.shape == drawn.shape
        assert filled(got, LIGHT) == pytest.approx((frame + 1) / FRAMES, abs=0.06)
        assert np.abs(got.astype(float) - drawn).mean() < 12


@pytest.mark.parametrize("media_type", VIDEOS)
def test_the_same_animation_is_the_same_bytes(media_type: str) -> None:
    """Two renders are identical to the byte, video and poster."""
    first = growing(media_type=media_type).render(DARK)
    assert growing(media_type=media_type).render(DARK) == first


def test_an_mp4_plays_everywhere(tmp_path: Path) -> None:
    """An MP4 is H.264 in 4:2:0, with its index in front, so that it plays while it loads."""
    video, _ = growing().render()
    facts, _ = decoded(video, tmp_path, "video/mp4")
    assert facts["codec"] == "h264"
    assert facts["pix_fmt"] == "yuv420p"
    assert 0 < video.index(b"moov") < video.index(b"mdat")


def test_a_webm_is_vp9(tmp_path: Path) -> None:
    """A WebM is VP9, which needs no licence."""
    video, _ = growing(media_type="video/webm").render()
    assert decoded(video, tmp_path, "video/webm")[0]["codec"] == "vp9"


@pytest.mark.parametrize(("poster", "frame"), [(-1, 4), (0, 0), (2, 2), (-5, 0)])
def test_the_poster_is_the_frame_chosen(poster: int, frame: int) -> None:
    """The poster is a WebP of that frame; by default of the last."""
    animation = growing(poster=poster)
    assert animation.poster == frame
    image = Image.open(io.BytesIO(animation.render(LIGHT)[1]))
    assert image.format == "WEBP"
    pixels = np.asarray(image.convert("RGB"))
    assert filled(pixels, LIGHT) == pytest.approx((frame + 1) / FRAMES, abs=0.06)


def test_an_encoder_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ffmpeg cannot encode, the error has its complaint, and no broken pipe hides it."""
    monkeypatch.setitem(_CODECS, "video/mp4", "-c:v no_such_codec -f mp4")
    with pytest.raises(
        RuntimeError, match=r"(?s)^ffmpeg could not encode video/mp4: .*no_such_codec"
    ):
        growing().render()


def test_the_payload_has_both_themes_and_the_words() -> None:
    """What the book gets is plain JSON: videos and posters of both themes, and their words."""
    animation = growing(caption="A bar grows.", wide=True)
    payload = json.loads(json.dumps(animation.payload()))
    files, posters = payload.pop("files"), payload.pop("posters")
    assert payload == {
        "kind": "video",
        "alt": ALT,
        "caption": "A bar grows.",
        "wide": True,
        "width": 130,
        "height": 96,
        "seconds": 0.5,
        "media_type": "video/mp4",
    }
    for theme in THEMES:
        video, poster = animation.render(theme)
        assert base64.b64decode(files[theme.name]) == video
        assert base64.b64decode(posters[theme.name]) == poster
    assert files["light"] != files["dark"]


def test_an_animation_shows_itself_everywhere() -> None:
    """The book's type, a video with controls for notebooks, and text come in one bundle."""
    bundle = growing()._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {FIGURE, "text/html", "text/plain"}
    assert bundle["text/plain"] == f"[Animation: {ALT}]"
    assert f'<video controls loop aria-label="{ALT}"' in bundle["text/html"]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"frames": 0}, ValueError, "frames is 0; expected an integer >= 1"),
        ({"frames": 2.5}, TypeError, "frames is 2.5; expected an integer >= 1"),
        ({"fps": 0}, ValueError, "fps is 0; expected an integer >= 1"),
        ({"fps": 12.5}, TypeError, "fps is 12.5; expected an integer >= 1"),
        ({"poster": 5}, ValueError, "poster is 5; expected a frame of the 5"),
        ({"poster": -6}, ValueError, "poster is -6; expected a frame of the 5"),
        ({"poster": "last"}, ValueError, "poster is 'last'; expected a frame of the 5"),
        ({"media_type": "image/gif"}, ValueError, "media_type is 'image/gif'; expected one of ["),
        ({"alt": "A bar."}, ValueError, "alt is 'A bar.'; expected a sentence that says what is"),
        ({"alt": None}, TypeError, "alt is None; expected a sentence that says what is seen"),
    ],
)
def test_what_is_no_animation_is_refused(
    changed: Any, error: type[Exception], message: str
) -> None:
    """A bad argument is named, shown, and told what was expected, before anything is drawn."""
    arguments = {"frames": FRAMES, "alt": ALT, **changed}
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        animate(bar, arguments.pop("frames"), **arguments)


# Paths that grow.

points = arrays.arrays(float, st.tuples(st.integers(2, 8), st.just(2)), elements=st.floats(-9, 9))


@given(points, st.floats(0, 1))
def test_walked_interpolates_between_steps(path: np.ndarray, part: float) -> None:
    """After now steps, the steps taken are shown, and the one under way as far as it has come."""
    now = part * (len(path) - 1)
    seen = walked(path, now)
    whole = min(int(now), len(path) - 1)
    np.testing.assert_array_equal(seen[: whole + 1], path[: whole + 1])
    time = np.arange(len(path))
    wanted = [np.interp(now, time, path[:, i]) for i in (0, 1)]
    np.testing.assert_allclose(seen[-1], wanted, rtol=1e-9, atol=1e-9)


@given(points)
def test_walked_begins_at_the_start_and_stops_at_the_end(path: np.ndarray) -> None:
    """At 0 only the start is seen, and from the last step on the whole path, exactly."""
    assert {tuple(row) for row in walked(path, 0.0)} == {tuple(path[0])}
    np.testing.assert_array_equal(walked(path, len(path) - 1), path)
    np.testing.assert_array_equal(walked(path, len(path) + 5.5), path)


def test_walked_leaves_out_what_is_not_finite() -> None:
    """A diverging path is shown up to where it left, and waits there."""
    path = np.array([[0.0, 0.0], [1.0, 1.0], [np.inf, 2.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(walked(path, 3.0), path[:2])
    np.testing.assert_array_equal(walked(path, 1.5), path[:2])


def frames_of(animation: Animation) -> Any:
    """Return the axes an animation draws on, and its function of the frame."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=animation.size)
    FigureCanvasAgg(canvas)
    update = animation._setup(canvas, LIGHT)
    return canvas.axes[0], update


def test_paths_grow_from_start_to_end_and_rest() -> None:
    """First come the starts, the walk takes its seconds, and a second of rest follows."""
    animation = animate_paths(bowl(), PATHS, alt=ALT, seconds=1.5, fps=8)
    assert animation.frames == 12 + 8
    ax, update = frames_of(animation)
    update(0)
    trails = [
        line for line in ax.get_lines() if line.get_animated() and line.get_linestyle() == "-"
    ]
    heads = [line for line in ax.get_lines() if line.get_animated() and line not in trails]
    for line, path in zip(heads, PATHS.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), path[:1])
    for frame in (11, 19):
        update(frame)
        for line, path in zip(trails, PATHS.values(), strict=True):
            np.testing.assert_array_equal(line.get_xydata(), path)


def test_the_step_counter_counts_up_to_the_longest_path() -> None:
    """The counter starts at 0, never falls, and ends at the number of steps."""
    animation = animate_paths(bowl(), PATHS, alt=ALT, seconds=2, fps=12)
    ax, update = frames_of(animation)
    (counter,) = [text for text in ax.texts if text.get_animated()]
    counts = []
    for frame in range(animation.frames):
        assert counter in update(frame)
        counts.append(int(counter.get_text().removeprefix("step ")))
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert set(counts) == set(range(9))


def test_a_shorter_path_waits_at_its_end() -> None:
    """All paths keep one clock: the shorter one arrives first and stays."""
    paths = {"Adam": spiral(8), "momentum": spiral(2)}
    ax, update = frames_of(animate_paths(bowl(), paths, alt=ALT, seconds=1, fps=9))
    update(4)  # half way: step 4 of 8
    trails = [
        line for line in ax.get_lines() if line.get_animated() and line.get_linestyle() == "-"
    ]
    assert len(trails[0].get_xydata()) in (5, 6)
    np.testing.assert_array_equal(trails[1].get_xydata(), spiral(2))


def test_growing_paths_are_a_video(tmp_path: Path) -> None:
    """Rendered, the paths make a video of all its frames that plays."""
    options = {"seconds": 0.4, "fps": 5, "size": (3.2, 2.6)}
    animation = animate_paths(bowl(), PATHS, alt=ALT, **options)
    video, _ = animation.render(DARK)
    _, frames = decoded(video, tmp_path, "video/mp4")
    assert len(frames) == animation.frames == 2 + 5
    assert np.abs(frames[0].astype(float) - frames[-1]).max() > 60


def test_no_paths_no_animation() -> None:
    """Without a path there is nothing to grow."""
    with pytest.raises(ValueError, match=r"^paths is empty; expected at least one$"):
        animate_paths(bowl(), {}, alt=ALT)
