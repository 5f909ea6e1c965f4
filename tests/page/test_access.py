"""The page for everyone: what is heard, what moves, what fits, and how it reads."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.conftest import Open
from tests.page.test_page import ANSWERABLE, UNANSWERABLE, citations, document_text, send

pytestmark = pytest.mark.browser
SEED = Path(__file__).parents[2] / "seeds" / "000_ff22eedb3fb81119.txt"


def test_landmarks_and_what_is_announced(page: Page) -> None:
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("log", name="Questions and answers")).to_have_count(1)
    expect(page.get_by_role("form", name="Ask the documents")).to_have_count(1)
    expect(page.get_by_role("complementary")).to_have_count(0)  # nothing is open beside
    send(page, ANSWERABLE)
    expect(page.locator("#announced")).not_to_be_empty()
    citations(page).first.click()
    expect(page.get_by_role("complementary")).to_have_count(1)
    expect(page.get_by_role("region", name="Text of the document")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Write a question first.")).to_be_visible()


def test_nothing_moves_for_who_wants_less_motion(open_page: Open, server_url: str) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(server_url)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/ask", hold)
    page.get_by_role("textbox", name="Your question").fill(ANSWERABLE)
    page.keyboard.press("Enter")
    expect(page.locator(".waiting")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("document.getAnimations().length") > 0  # so it would be noticed
    held[0].continue_()
    expect(page.locator("q").first).to_be_visible()


def _overflow(page: Page) -> dict[int, list[str]]:
    """What is wider than it may be, by the width of the screen."""
    found: dict[int, list[str]] = {}
    for width in (320, 390, 768, 1280, 2560):
        page.set_viewport_size({"width": width, "height": 700})
        found[width] = page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(
                "main, aside, dialog[open], nav, article, section, form, dl, ul, ol")]
              .filter((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1)
              .map((box) => `${box.tagName} ${box.id} ${box.className}`)"""
        )
    return {width: boxes for width, boxes in found.items() if boxes}


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    assert _overflow(page) == {}
    send(page, ANSWERABLE)
    for each in page.get_by_text("Why here").all():
        each.click()
    assert _overflow(page) == {}
    send(page, UNANSWERABLE)
    page.get_by_text("Nearest passages").click()
    assert _overflow(page) == {}
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    assert _overflow(page) == {}
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Manage documents").click()
    expect(page.locator(".document-row").first).to_be_visible()
    assert _overflow(page) == {}


def test_text_can_be_twice_as_large(page: Page) -> None:
    """WCAG 1.4.4: at 200 % nothing is lost; the same as half the width in CSS pixels."""
    page.set_viewport_size({"width": 640, "height": 400})
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("#document mark.highlight").first).to_be_in_viewport()
    close = page.get_by_role("button", name="Close document")
    close.scroll_into_view_if_needed()
    expect(close).to_be_in_viewport()


def test_the_seed_reads_in_paragraphs_without_a_character_more(page: Page) -> None:
    seed = SEED.read_text("utf-8")
    send(page, ANSWERABLE)
    citations(page).first.click()
    passage = page.locator("mark.passage")
    expect(passage).to_be_focused()
    body = document_text(page)
    assert body.text_content() == seed
    copied = body.evaluate(
        """(body) => {
          getSelection().selectAllChildren(body);
          const text = String(getSelection());
          getSelection().removeAllRanges();
          return text;
        }"""
    )
    assert copied == seed
    told: list[dict[str, Any]] = body.evaluate(
        """(body) => [...body.querySelectorAll(".pause")].map((pause) => {
          const range = document.createRange();
          range.setStart(body, 0);
          range.setEndBefore(pause);
          return { at: String(range).length, left: pause.getBoundingClientRect().left };
        })"""
    )
    offsets = [0, *(each["at"] for each in told), len(seed)]
    runs = [seed[start:end] for start, end in pairwise(offsets)]
    assert all(run[-1] == " " and run[0] != " " for run in runs[:-1])
    assert max(len(run.split()) for run in runs) <= 51
    marked = passage.text_content() or ""
    assert seed.index(marked) in offsets
    assert len(told) > 50


def test_forced_colours_keep_what_a_background_told(open_page: Open, server_url: str) -> None:
    page = open_page(forced_colors="active")
    page.goto(server_url)
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    shown = page.evaluate(
        """(parts) => parts.map((part) => {
          const style = getComputedStyle(document.querySelector(part));
          return [style.backgroundColor, style.textDecorationLine];
        })""",
        ["#document mark.highlight", "mark.passage", ".citation[aria-current]"],
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    (highlight, _), (passage, underlined), (current, _) = shown
    assert highlight != ground
    assert passage in (ground, "rgba(0, 0, 0, 0)")
    assert underlined == "underline"
    assert current != ground


def test_every_page_in_tests_is_watched() -> None:
    """Only ``open_page`` opens browsers, so that no test overlooks an error of the console."""
    files = Path(__file__).parent.glob("test_*.py")
    opening = "new_" + "context("
    assert [file.name for file in files if opening in file.read_text("utf-8")] == []
