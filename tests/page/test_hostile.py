"""Hostile documents and names, through the real service: all of it is text, in its place, and
nothing of it acts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from index.passage import Span, stable_id
from service.citing.reference import reference_to
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.page.conftest import Open
from tests.page.test_page import citations, document_text, has_horizontal_scroll, send
from tests.service.calibrations import calibration_file
from tests.service.corpora import index_of
from tests.service.served import Served

pytestmark = pytest.mark.browser

TEXTS = {
    "<img src=x onerror=alert(1)>.txt": "<script>alert(1)</script><img src=x onerror=alert(1)>"
    "</div></aside><svg onload=alert(1)> &lt;b&gt; Dead Abe has faced the beef.",
    "*{display:none} url(x);.txt": "<style>*{display:none}</style><link rel=stylesheet href=//e>"
    " @import url(//e); Bab faded.",
    "txt.\u202eexe.fdp\u2066.txt": "abc \u202eDad fed\u2066 a cab \u2069\u202c\u200f end.",
    "שלום.txt": "הכלב רץ. Bead. סוף.\nالكلب يجري.",
    "'\"`${7*7}{{7*7}}%3Cb%3E&amp;.txt": "${7*7} {{7*7}} <%= 7*7 %> Ebb `gaff`.",
    "#citation=x&mark=1-2?.txt": "javascript:alert(1) data:text/html,<b> Face.",
    "w" * 180 + ".txt": "x" * 1_000_000 + " Cede a deed.",
    "👩\u200d🚀 \u0301.txt": "👩\u200d🚀e\u0301 Gage. \u0007\u009f\ufffe",
}
ACTING = (
    "#document :is(script, img, style, link, svg, iframe, a), #log :is(script, img, style, link)"
)


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over these texts that always answers."""
    root = tmp_path_factory.mktemp("hostile")
    stated = {"index": index_of(root, TEXTS), "calibration": calibration_file(root / "mine")}
    with Served(LiveEngine(Settings.model_validate(stated), LetterEmbedder())) as served:
        yield served.url


@pytest.fixture
def narrow(open_page: Open) -> Page:
    page = open_page(viewport={"width": 320, "height": 640})
    page.on("dialog", lambda dialog: pytest.fail(f"a document ran {dialog.message}"))
    return page


@pytest.mark.parametrize("name", TEXTS, ids=range(len(TEXTS)))
def test_a_document_is_text_at_its_place(narrow: Page, hostile_url: str, name: str) -> None:
    text = TEXTS[name]
    span = Span(max(0, len(text) - 20), len(text))
    cited = reference_to(stable_id("d", name), span, text[span.start :])
    mark = f"{span.start + 4}-{span.end - 3}"
    narrow.goto(f"{hostile_url}/#citation={cited.id}&mark={mark}")
    expect(narrow.locator("mark.highlight").last).to_be_in_viewport()
    shown = document_text(narrow).text_content() or ""
    assert shown in text
    assert shown.endswith(text[-5_000:])
    assert "".join(narrow.locator("mark.passage").all_text_contents()) == text[span.start :]
    marked = narrow.locator("#document mark.highlight").all_text_contents()
    assert "".join(marked) == text[span.start + 4 : span.end - 3]
    assert narrow.locator("#document-title").text_content() == name.removesuffix(".txt")
    assert (narrow.locator("#document-place").text_content() or "").startswith(f"{name}, char")
    assert narrow.locator(ACTING).count() == 0
    assert not has_horizontal_scroll(narrow)


def test_a_name_that_turns_text_is_told_and_turns_nothing(narrow: Page, hostile_url: str) -> None:
    name = "txt.\u202eexe.fdp\u2066.txt"
    text = TEXTS[name]
    cited = reference_to(stable_id("d", name), Span(0, 3), text[:3])
    narrow.goto(f"{hostile_url}/#citation={cited.id}")
    expect(narrow.locator("mark.passage")).to_be_focused()
    place = narrow.locator("#document-place")
    assert place.locator(".turning").evaluate_all(
        "(all) => all.map((each) => [each.textContent, each.dataset.code])"
    ) == [["\u202e", "U+202E"], ["\u2066", "U+2066"]]
    # What was typed in order stands in order: each letter right of the one before.
    lefts = place.evaluate(
        """(place) => {
          const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
          const found = [];
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (let at = 0; at < node.length; at += 1) {
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + 1);
              const box = range.getBoundingClientRect();
              if (/[a-z.]/.test(node.data[at])) found.push([Math.round(box.top), box.left]);
            }
          }
          return found.slice(0, 12);
        }"""
    )
    assert lefts == sorted(lefts)


def test_answers_and_lists_hold_text_alone(narrow: Page, hostile_url: str) -> None:
    narrow.goto(hostile_url)
    expect(narrow.get_by_text(f"{len(TEXTS)} documents in the index")).to_be_visible()
    send(narrow, "<b>Who</b> has faced the beef? <script>alert(1)</script>\u202e")
    expect(narrow.get_by_role("article")).to_contain_text("Was this right?")
    assert narrow.locator(".asked").text_content() == (
        "<b>Who</b> has faced the beef? <script>alert(1)</script>\u202e"
    )
    assert narrow.locator(ACTING).count() == 0
    assert not has_horizontal_scroll(narrow)
    sides = citations(narrow).first.evaluate(
        """(button) => [button.getBoundingClientRect(),
          button.closest("p").querySelector("q").getClientRects()]
          .map((box) => box.length ? [...box].at(-1).right : box.left)"""
    )
    assert sides[0] >= sides[1] - 2 or sides[0] < 60  # after its quote, or on the next line
    narrow.get_by_role("button", name="Manage documents").click()
    rows = narrow.locator(".document-row .document-name")
    expect(rows).to_have_count(len(TEXTS))
    assert sorted(rows.all_text_contents()) == sorted(n.removesuffix(".txt") for n in TEXTS)
    wide = narrow.get_by_role("dialog").evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert wide is False
