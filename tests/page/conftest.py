"""A Chromium page on a running citewell that fails the test on anything unexpected.

Relies on ``server_url`` (tests/conftest.py): the origin of a running service, such as
``http://127.0.0.1:8123``, over the seed index with the real model.
"""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)  # as make test looks for it
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# One module's browser, not the session's: Playwright keeps an event loop running in this
# thread, and an asyncio.run() of another test would be refused.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def allowed() -> list[str]:
    """Parts of console errors that the test provokes; it appends to this list."""
    return []


Open = Callable[..., Page]


@pytest.fixture
def errors() -> list[str]:
    """What went wrong in pages so far; a test that provokes something clears it."""
    return []


@pytest.fixture
def open_page(chromium: Browser, allowed: list[str], errors: list[str]) -> Iterator[Open]:
    """Opens pages, each in a browser of its own, so to speak; the test fails on any error of the
    console, which the content policy's refusals are too, and on any request to another origin
    than the first."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        watch(context, errors)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    unexpected = [error for error in errors if not any(part in error for part in allowed)]
    assert unexpected == []


def watch(context: BrowserContext, errors: list[str]) -> None:
    """Note in ``errors`` what no page should do."""
    origins: list[str] = []

    def note_request(url: str) -> None:
        if url.startswith(("data:", "blob:")):
            return
        origins.append("/".join(url.split("/", 3)[:3]))
        if origins[-1] != origins[0]:
            errors.append(f"request to another origin: {url}")

    context.on("console", lambda seen: errors.append(seen.text) if seen.type == "error" else None)
    context.on("weberror", lambda error: errors.append(f"uncaught: {error.error}"))
    context.on("request", lambda request: note_request(request.url))


@pytest.fixture
def page(open_page: Open, server_url: str) -> Page:
    opened = open_page()
    opened.goto(server_url.rstrip("/") + "/")
    return opened
