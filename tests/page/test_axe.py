"""Every state of the page by axe-core: the rules of WCAG 2.2 A and AA and its best practices, in
light and dark, without a violation."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.conftest import Open
from tests.page.test_page import ANSWERABLE, UNANSWERABLE, citations, send

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it is, rule by rule with the elements."""
    response: dict[str, Any] = Axe().run(page, options=OPTIONS).response
    assert len(response["passes"]) > 10  # it did look
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in response["violations"]
        for node in found["nodes"]
    ]


WIDE, NARROW = 1280, 320
LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", WIDE),
    ("dark", WIDE),
    ("dark", NARROW),
]


def check(page: Page) -> None:
    for scheme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert (scheme, width, violations(page)) == (scheme, width, [])


def _empty(page: Page) -> None:
    expect(page.get_by_text("in the index")).to_be_visible()
    expect(page.locator("#suggested button").first).to_be_visible()


def _answered(page: Page) -> None:
    send(page, ANSWERABLE)
    row = page.get_by_role("group", name="Feedback on this answer")
    row.get_by_role("button", name="Yes").click()
    page.get_by_text("Why here").first.click()


def _not_found(page: Page) -> None:
    send(page, UNANSWERABLE)
    page.get_by_text("Nearest passages").click()


def _viewer(page: Page) -> None:
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()


def _manage(page: Page) -> None:
    page.get_by_role("button", name="Manage documents").click()
    expect(page.locator(".document-row").first).to_be_visible()


def _refused(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#notice")).not_to_be_empty()


def _conversations(page: Page) -> None:
    send(page, ANSWERABLE)
    expect(page.get_by_role("article")).to_contain_text("Was this right?")
    shelf = page.get_by_role("navigation", name="Conversations")
    if not shelf.is_visible():
        page.get_by_role("button", name="Conversations", exact=True).click()
    expect(shelf).to_contain_text(ANSWERABLE)


def _shortcuts(page: Page) -> None:
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


STATES: dict[str, Callable[[Page], None]] = {
    "empty": _empty,
    "answered": _answered,
    "not found": _not_found,
    "viewer": _viewer,
    "manage": _manage,
    "conversations": _conversations,
    "shortcuts": _shortcuts,
    "refused": _refused,
}


@pytest.mark.parametrize("state", STATES)
def test_no_violation(page: Page, state: str) -> None:
    STATES[state](page)
    check(page)


def test_no_violation_on_the_pages_without_script(
    open_page: Open, server_url: str, allowed: list[str]
) -> None:
    """The same pages, opened with JavaScript on, as axe-core is a script itself."""
    allowed.append("422")
    page = open_page()
    page.goto(server_url)
    page.evaluate("document.getElementById('ask').submit()")
    expect(page.get_by_role("alert")).to_contain_text("is empty; ask something")
    check(page)
    page.get_by_role("textbox").fill(ANSWERABLE)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("q").first).to_be_visible()
    check(page)
    page.locator("a.citation").first.click()
    expect(page.locator("mark.passage")).to_be_in_viewport()
    check(page)


def test_axe_finds_what_is_wrong(page: Page) -> None:
    """Otherwise that it finds nothing would tell nothing."""
    page.evaluate(
        """() => {
          const image = document.createElement("img");
          image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
          document.querySelector("main").append(image, document.createElement("button"));
        }"""
    )
    told = {each.partition(":")[0] for each in violations(page)}
    assert {"image-alt", "button-name"} <= told


def test_what_the_content_policy_refuses_is_noticed(page: Page, errors: list[str]) -> None:
    """The fixture that fails every test of the page on such an error does see it."""
    page.evaluate(
        """() => {
          const style = document.createElement("style");
          style.textContent = "body { display: none }";
          document.body.append(style);
        }"""
    )
    expect(page.get_by_role("main")).to_be_visible()
    page.wait_for_timeout(100)
    (error,) = errors
    assert "Content Security Policy" in error
    errors.clear()
