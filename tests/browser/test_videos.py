"""Videos: they wait to be asked, play, and stop when their theme is hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit, a_page_with
from tests.browser.test_layout import switch_to

HAS_H264 = """document.createElement("video")
  .canPlayType('video/mp4; codecs="avc1.640028"').length > 0"""


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return a page with a video, in a browser that can play it."""
    page = visit(a_page_with("<video"))
    if not page.evaluate(HAS_H264):
        pytest.skip("this build of Chromium has no H.264; Chrome and Debian's Chromium have")
    return page


@pytest.fixture
def video(page: Page) -> Locator:
    """Return the video that the present theme shows."""
    return page.locator("article video:visible").first


def play(page: Page, video: Locator) -> None:
    """Press play, and wait until the video moves."""
    video.scroll_into_view_if_needed()
    page.get_by_role("button", name="Play").locator("visible=true").first.click()
    page.wait_for_function("(video) => video.currentTime > 0.2", arg=video.element_handle())


def test_a_video_waits_to_be_asked(page: Page, video: Locator) -> None:
    """Neither loading a page nor scrolling to a video plays it."""
    video.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert video.evaluate("(video) => [video.paused, video.currentTime]") == [True, 0]


def test_a_video_plays_when_asked(page: Page, video: Locator) -> None:
    """Pressing play plays it, with the browser's controls to stop it, and no other video."""
    play(page, video)
    assert video.evaluate("(video) => [video.paused, video.controls]") == [False, True]
    playing = "[...document.querySelectorAll('video')].filter((video) => !video.paused).length"
    assert page.evaluate(playing) == 1


def test_a_video_plays_by_keyboard(page: Page, video: Locator) -> None:
    """The play button is reached and pressed with the keyboard."""
    page.get_by_role("button", name="Play").locator("visible=true").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(video) => video.currentTime > 0.2", arg=video.element_handle())


def test_switching_the_theme_pauses_what_it_hides(page: Page, video: Locator) -> None:
    """A video that the new theme hides does not play on unseen."""
    handle = video.element_handle()
    play(page, video)
    switch_to(page, "dark")
    page.wait_for_function("(video) => video.paused", arg=handle)


def test_a_change_of_the_system_s_theme_pauses_it_too(page: Page, video: Locator) -> None:
    """So it is when not the reader but the evening changes the theme."""
    handle = video.element_handle()
    play(page, video)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("(video) => video.paused", arg=handle)
