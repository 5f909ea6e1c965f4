"""Take the README's pictures. In: the address of a server with the seed. Out: docs/page.png and
docs/page-narrow.png; with --all also every other state, to be looked at.

``.venv/bin/python -m tests.page.screenshots http://127.0.0.1:8000 docs``
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.page.conftest import ARGUMENTS, CHROMIUM

QUESTION = "Did the Soviets want a warm water port?"
NOT_FOUND = "How often should a cactus be watered in winter?"
SIZES = {"page": (1280, 800), "page-narrow": (390, 844)}


def main(address: str, folder: Path, every: bool = False) -> None:
    """The answer with its document beside it, and on a narrow screen the answer alone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in ("light", "dark") if every else ("light",):
            for name, (width, height) in SIZES.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page.goto(address)
                states = _states(page, beside=name == "page")
                for state in states:
                    if every:
                        page.screenshot(path=folder / f"{name}-{scheme}-{state}.png")
                    elif state == ("document" if name == "page" else "answer"):
                        _save(page.screenshot(), folder / f"{name}.png")
        browser.close()


def _save(picture: bytes, file: Path) -> None:
    """With 128 colours, which nobody sees, a third of the bytes."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(128).save(file, optimize=True)


def _states(page: Page, beside: bool) -> Iterator[str]:
    page.locator(".suggestion").first.wait_for()
    yield "empty"
    _ask(page, QUESTION)
    yield "answer"
    page.get_by_role("button", name="Citation 1").first.click()
    page.locator("mark.passage").first.wait_for()
    yield "document"
    page.keyboard.press("Escape")
    _ask(page, NOT_FOUND)
    yield "not-found"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    yield "keys"
    page.keyboard.press("Escape")
    if not beside:
        page.keyboard.press("l")
    page.get_by_role("button", name="More for").first.click()
    yield "conversations"


def _ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.get_by_role("log").and_(page.locator("[aria-busy=false]")).wait_for()
    page.locator("article").last.get_by_text("Was this right?").wait_for()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), every="--all" in sys.argv)
