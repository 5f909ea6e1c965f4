"""A Chromium page on a running citewell that fails the test on anything unexpected.

Relies on ``server_url`` (tests/conftest.py): the origin of a running service, such as
``http://127.0.0.1:8123``, over the seed index with the real model.
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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


@pytest.fixture
def page(chromium: Browser, server_url: str, allowed: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    errors: list[str] = []
    origin = server_url.rstrip("/") + "/"

    def watch_request(url: str) -> None:
        if not url.startswith((origin, "data:")):
            errors.append(f"request to another origin: {url}")

    opened.on("console", lambda seen: errors.append(seen.text) if seen.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    opened.on("request", lambda request: watch_request(request.url))
    opened.goto(origin)
    yield opened
    context.close()
    unexpected = [error for error in errors if not any(part in error for part in allowed)]
    assert unexpected == []
