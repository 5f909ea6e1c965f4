"""The document beside the conversation: the passage exact to the character in texts of any length,
of which only what is near is in the page."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from index.build import build_index
from index.passage import Span, stable_id
from service.citing.reference import reference_to
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.index.formats.made import make_pdf
from tests.page.conftest import Open
from tests.page.test_page import (
    ANSWERABLE,
    ask_api,
    citations,
    crafted_response,
    document_text,
    fetch,
    pane,
    send,
    serve_crafted,
)
from tests.service.served import Served

pytestmark = pytest.mark.browser

ENDS = ("\r\n", " ", " ", " ", " ")
LINES = "".join(f"{n} Bad cab 😀 faced a dead bead e\u0301.{ENDS[n % 5]}" for n in range(8000))
WALL = " ".join(f"dead {n} bead 𝔘 cab" for n in range(9000))  # not a single line end
SOLID = "😀e\u0301" * 40_000  # not a single word end
TEXTS = {"lines.txt": LINES, "wall.txt": WALL, "solid.txt": SOLID}


@pytest.fixture(scope="module")
def long_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over texts of several blocks."""
    root = tmp_path_factory.mktemp("long")
    (root / "source").mkdir()
    for name, text in TEXTS.items():
        (root / "source" / name).write_bytes(text.encode())
    pages = [f"Leaf {number}. {'Dead bead faced a cab. ' * 12}" for number in range(1, 301)]
    (root / "source" / "leaves.pdf").write_bytes(make_pdf(pages))
    build_index([root / "source"], root / "index", LetterEmbedder())
    with Served(LiveEngine(Settings(index=root / "index"), LetterEmbedder())) as served:
        yield served.url


def _link(name: str, text: str, span: Span, *marks: Span) -> str:
    cited = reference_to(stable_id("d", name), span, text[span.start : span.end])
    stated = ",".join(f"{mark.start}-{mark.end}" for mark in marks)
    return f"/#citation={cited.id}" + (f"&mark={stated}" if marks else "")


@pytest.fixture
def opened(open_page: Open) -> Page:
    """A page with nothing open yet."""
    return open_page()


@dataclass(frozen=True)
class Shown:
    """What the pane holds: all of its text, and what is marked."""

    text: str
    passage: str
    highlights: list[str]

    @classmethod
    def of(cls, page: Page) -> "Shown":
        return cls(
            document_text(page).text_content() or "",
            "".join(page.locator("mark.passage").all_text_contents()),
            page.locator("#document mark.highlight").all_text_contents(),
        )


def _blocks(page: Page) -> list[str]:
    return page.locator("#document-text .block").all_text_contents()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("share", [0.0, 0.31, 1.0])
def test_a_passage_far_inside_is_marked_exactly(
    opened: Page, long_url: str, name: str, share: float
) -> None:
    text = TEXTS[name]
    start = min(int(len(text) * share), len(text) - 400)
    start += len(text[start:]) - len(text[start:].lstrip())
    span = Span(start, start + len(text[start : start + 390].rstrip()))
    mark = Span(start + 100, start + 150)
    opened.goto(long_url + _link(name, text, span, mark))
    expect(opened.locator("mark.highlight").first).to_be_in_viewport()
    expect(opened.locator("mark.passage").first).to_be_focused()
    shown = Shown.of(opened)
    assert shown.passage == text[span.start : span.end]
    assert "".join(shown.highlights) == text[mark.start : mark.end]
    assert shown.text in text
    assert len(shown.text) < 120_000


def test_a_passage_over_a_division_is_marked_in_both_blocks(opened: Page, long_url: str) -> None:
    opened.goto(long_url + _link("lines.txt", LINES, Span(81_000, 81_100)))
    expect(opened.locator("mark.passage")).to_have_count(1)
    first = _blocks(opened)[0]
    division = LINES.index(first) + len(first)
    span = Span(division - 60, division + 60)
    opened.goto(long_url + _link("lines.txt", LINES, span, Span(division - 9, division + 9)))
    opened.reload()
    expect(opened.locator("mark.passage")).to_have_count(2)
    shown = Shown.of(opened)
    assert shown.passage == LINES[span.start : span.end]
    assert shown.highlights == [LINES[division - 9 : division], LINES[division : division + 9]]


# The place of a block on the screen in the frame before another came, and in the one after it.
MOVED = """(edge) => new Promise((resolve) => {
  const body = document.getElementById("document-text");
  const blocks = [...body.querySelectorAll(".block")];
  const anchor = edge === "top" ? blocks[0] : blocks.at(-1);
  const to = edge === "top" ? anchor.getBoundingClientRect().top
    : anchor.getBoundingClientRect().bottom - body.clientHeight;
  body.scrollTop += to - body.getBoundingClientRect().top;
  const before = anchor.getBoundingClientRect().top;
  const outermost = () => {
    const now = body.querySelectorAll(".block");
    return edge === "top" ? now[0] : now[now.length - 1];
  };
  const look = () => (outermost() === anchor ? requestAnimationFrame(look)
    : resolve(anchor.getBoundingClientRect().top - before));
  look();
})"""


@pytest.mark.parametrize("edge", ["top", "bottom"])
@pytest.mark.parametrize("name", ["lines.txt", "wall.txt"])
def test_scrolling_loads_more_and_nothing_jumps(
    opened: Page, long_url: str, name: str, edge: str
) -> None:
    text = TEXTS[name]
    middle = text.index(" ", len(text) // 2) + 1
    opened.goto(long_url + _link(name, text, Span(middle, middle + 5)))
    expect(opened.locator("mark.passage")).to_be_focused()
    seen = set(_blocks(opened))
    for _ in range(3):
        assert abs(opened.evaluate(MOVED, edge)) <= 1
        blocks = _blocks(opened)
        assert "".join(blocks) in text
        assert len(blocks) <= 6
        seen |= set(blocks)
    assert len(seen) >= 6


def test_the_ends_are_reached_by_the_scroll_bar(opened: Page, long_url: str) -> None:
    middle = LINES.index("4000 Bad")
    opened.goto(long_url + _link("lines.txt", LINES, Span(middle, middle + 8)))
    expect(opened.locator("mark.passage")).to_be_focused()
    body = document_text(opened)
    for place, edge in ((0, "0 Bad cab"), (10**9, "7999 Bad cab"), (0, "0 Bad cab")):
        for _ in range(3):  # heights above what was never shown are guessed
            body.evaluate("(body, place) => { body.scrollTop = place; }", place)
            opened.wait_for_timeout(60)
        expect(body).to_contain_text(re.compile(f"(^|[\\s]){edge}"))
        text = body.text_content() or ""
        assert text in LINES
        assert text.startswith("0 Bad") if place == 0 else text.endswith("e\u0301. ")


def test_words_end_no_line_in_the_middle(opened: Page, long_url: str) -> None:
    middle = WALL.index("bead", len(WALL) // 2)
    opened.goto(long_url + _link("wall.txt", WALL, Span(middle, middle + 4)))
    expect(opened.locator("mark.passage")).to_be_focused()
    assert all(block.endswith(" ") for block in _blocks(opened))
    assert "".join(_blocks(opened)) in WALL


def test_ten_megabytes_are_opened_at_their_place(page: Page) -> None:
    text = "".join(f"{n:07} The key 🔑 is under the 🪨 stone.\n" for n in range(270_000))
    assert len(text.encode()) > 10_000_000
    start = text.index("0200000 The key")
    passage = text[start : start + 36]
    asked: list[tuple[int, int]] = []

    def give(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        start, end = int(query["start"][0]), min(int(query["end"][0]), len(text))
        asked.append((start, end))
        part = {"start": start, "end": end, "text": text[start:end], "page": None, "pages": []}
        route.fulfill(json={"length": len(text), "sha256": "0" * 64, "headings": [], **part})

    response = crafted_response(passage, passage, "🔑 is under")
    cited = response["passages"][0]
    for each in (cited, cited["highlights"][0], response["answer"]["quotes"][0]):
        each |= {"start": each["start"] + start, "end": each["end"] + start}
    serve_crafted(page, response, text[:10])
    page.route("**/v1/documents/**", give)
    send(page, "Where is the key?")
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    shown = Shown.of(page)
    assert (shown.passage, shown.highlights) == (passage, ["🔑 is under"])
    assert shown.text in text
    assert len(shown.text) < 120_000
    assert sum(end - start for start, end in asked) < 200_000


@pytest.mark.parametrize("number", [1, 57, 58, 163, 300])
def test_pages_of_a_long_pdf_are_numbered_as_in_the_file(
    opened: Page, long_url: str, number: int
) -> None:
    identity = stable_id("d", "leaves.pdf")
    text = fetch(f"{long_url}/v1/documents/{identity}")["text"]
    assert len(text) > 66_000
    start = text.index(f"Leaf {number}.")
    opened.goto(long_url + _link("leaves.pdf", text, Span(start, start + 20)))
    expect(opened.locator("mark.passage")).to_be_focused()
    expect(opened.locator("#document-place")).to_contain_text(f"page {number}, characters {start}")
    drawn = opened.evaluate(
        """() => [...document.querySelectorAll("[data-page]")].map((mark) => {
          const range = document.createRange();
          range.setStartAfter(mark);
          range.setEndAfter(document.getElementById("document-text"));
          return [mark.dataset.page, range.toString().slice(0, 20)];
        })"""
    )
    assert len(drawn) > 40
    for page, follows in drawn:
        assert follows.startswith(f"Leaf {page.removeprefix('Page ')}.")
    assert (document_text(opened).text_content() or "") in text


def test_pages_are_drawn_and_are_no_text(page: Page) -> None:
    text = "First page. The key is here. Third page."
    response = crafted_response(text, "The key is here.", "key")
    response["passages"][0]["page"] = 2
    serve_crafted(page, response, text)
    part = {"start": 0, "end": len(text), "text": text, "page": 1, "pages": [12, 29]}
    body = json.dumps({"length": len(text), "sha256": "0" * 64, "headings": [], **part})
    page.route("**/v1/documents/**", lambda route: route.fulfill(body=body))
    send(page, "Where is the key?")
    citations(page).first.click()
    expect(page.locator("#document-place")).to_contain_text("page 2, characters 12 to 28")
    expect(page.locator("mark.passage")).to_be_focused()
    pages = page.locator("[data-page]")
    assert [each.get_attribute("data-page") for each in pages.all()] == ["Page 2", "Page 3"]
    assert document_text(page).text_content() == text
    assert page.locator("mark.passage").text_content() == "The key is here."
    drawn = pages.first.evaluate("(mark) => getComputedStyle(mark, '::before').content")
    assert "attr(data-page)" in drawn or "Page 2" in drawn


# ---- from citation to citation


def test_sources_are_gone_through_by_keys_and_buttons(page: Page) -> None:
    send(page, ANSWERABLE)
    sources = page.get_by_role("button", name=re.compile("^Open in document: passage"))
    sources.first.click()
    number = page.locator("#document-number")
    expect(number).to_have_text("1 of 5")
    previous = pane(page).get_by_role("button", name="Previous citation")
    expect(previous).to_have_attribute("aria-disabled", "true")
    expect(page.locator("mark.passage")).to_be_focused()
    page.keyboard.press("n")
    expect(number).to_have_text("2 of 5")
    expect(sources.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("mark.passage")).to_be_focused()
    pane(page).get_by_role("button", name="Next citation").click()
    expect(number).to_have_text("3 of 5")
    expect(page.locator("mark.passage")).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.press("p")
    page.keyboard.press("p")  # there is none before the first
    expect(number).to_have_text("1 of 5")
    expect(page.locator("mark.passage")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sources.first).to_be_focused()


def test_after_the_citations_come_the_other_passages(page: Page, server_url: str) -> None:
    told = ask_api(server_url, ANSWERABLE)
    cited = [quote["citation"] for quote in told["answer"]["quotes"]]
    ranks = [*cited, *(each["rank"] for each in told["passages"] if each["rank"] not in cited)]
    send(page, ANSWERABLE)
    citations(page).first.click()
    for number, rank in enumerate(ranks, start=1):
        expect(page.locator("#document-number")).to_have_text(f"{number} of {len(ranks)}")
        passage = told["passages"][rank - 1]
        expect(page.locator("mark.passage")).to_have_text(passage["text"])
        expect(page.locator("mark.passage")).to_be_focused()
        page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()


def test_nothing_behind_a_pane_that_covers_all_is_focused(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.closest('main') === null")
        assert where is True
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("main")).to_have_js_property("inert", False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("Escape")
    expect(citations(page).first).to_be_focused()


def test_each_line_goes_the_way_of_its_letters(page: Page) -> None:
    text = "The key is here.\nשלום עולם, המפתח כאן.\nEnd."
    serve_crafted(page, crafted_response(text, text, "המפתח"), text)
    send(page, "Where?")
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    assert document_text(page).text_content() == text
    sides: list[list[float]] = page.evaluate(
        """() => {
          const block = document.querySelector("#document-text .block").getBoundingClientRect();
          const walker = document.createTreeWalker(
            document.getElementById("document-text"), NodeFilter.SHOW_TEXT);
          const found = [];
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (const at of ["The", "שלום", "End"].map((word) => node.data.indexOf(word))) {
              if (at < 0) continue;
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + 3);
              const box = range.getBoundingClientRect();
              found.push([box.left - block.left, block.right - box.right]);
            }
          }
          return found;
        }"""
    )
    (english_left, _), (_, hebrew_right), (end_left, _) = sides
    assert max(english_left, hebrew_right, end_left) < 2


def test_letters_typed_elsewhere_are_letters(page: Page) -> None:
    send(page, ANSWERABLE)
    page.get_by_role("button", name=re.compile("^Open in document: passage 1")).click()
    expect(page.locator("mark.passage")).to_be_focused()
    page.get_by_role("textbox", name="Your question").press_sequentially("np")
    expect(page.locator("#document-number")).to_have_text("1 of 5")


# ---- reading


def test_text_without_punctuation_is_set_to_be_read_and_stays_as_it_is(
    page: Page, server_url: str
) -> None:
    seed = (Path(__file__).parents[2] / "seeds" / "000_ff22eedb3fb81119.txt").read_text("utf-8")
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    body = document_text(page)
    assert body.text_content() == seed
    expect(body.locator(".block.unbroken")).to_have_count(1)
    size, line, width = body.evaluate(
        """(body) => {
          const block = body.querySelector(".block");
          const style = getComputedStyle(block);
          return [style.fontSize, style.lineHeight,
            block.getBoundingClientRect().width].map(parseFloat);
        }"""
    )
    assert line / size >= 1.9
    assert width / size <= 36  # about seventy characters


def test_words_of_the_question_are_underlined_without_an_element(page: Page) -> None:
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    found: list[str] = page.evaluate("[...CSS.highlights.get('asked')].map(String)")
    assert {"proposal", "spheres", "influence", "powers"} <= {each.lower() for each in found}
    assert not {"which", "the", "of"} & {each.lower() for each in found}
    page.keyboard.press("Escape")
    assert page.evaluate("CSS.highlights.has('asked')") is False


def test_prose_is_not_set_wide(page: Page) -> None:
    text = "The key is under the stone. " * 40
    serve_crafted(page, crafted_response(text, text, "stone"), text)
    send(page, "Where?")
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    expect(document_text(page).locator(".unbroken")).to_have_count(0)


# ---- hostile texts


HOSTILE: dict[str, Any] = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)> The key </div></aside>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example> The key",
    "bidi": "abc \u202eThe key\u2066 def \u2069\u202c\u200f end",
    "control": "a\x00b\x1b[31m The key \x07\x9f",
    "word": "x" * 60_000 + "The key",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_text(page: Page, name: str) -> None:
    text = HOSTILE[name]
    response = crafted_response(text, text, "The key")
    response["passages"][0]["document"] |= {"title": text[:200], "path": text[:200]}
    serve_crafted(page, response, text)
    send(page, "Where is the key?")
    citations(page).first.click()
    expect(page.locator("mark.highlight").last).to_be_in_viewport()
    assert document_text(page).text_content() == text
    assert page.locator("#document-title").text_content() == text[:200]
    assert (
        page.locator("#document script, #document img, #document style, #document link").count()
        == 0
    )
    wide = pane(page).evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert wide is False
