"""Take the README's picture. In: the address of a server with the seed. Out: docs/page.png.

``.venv/bin/python -m tests.page.screenshots http://127.0.0.1:8000 docs``
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.page.conftest import ARGUMENTS, CHROMIUM

QUESTION = "Did the Soviets want a warm water port?"
SIZES = {"page": (1280, 800), "page-narrow": (390, 844)}


def main(address: str, folder: Path) -> None:
    """One picture of each size, with an answer and its document open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address)
            page.get_by_label("Your question").fill(QUESTION)
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Citation 1").first.click()
            page.locator("mark.passage").first.wait_for()
            page.screenshot(path=folder / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
