"""Asking on the page: streamed, stopped, broken off, edited; what is read out; confidence."""

import json
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.page.test_keep import ask_crafted, asked
from tests.page.test_page import (
    FAILED_LOAD,
    UNANSWERABLE,
    citations,
    crafted_response,
    fetch,
    question_box,
    send,
    settled,
)
from tests.page.written import written_service
from tests.service.writing.played import DONE, Played, Sent, event, playing

pytestmark = pytest.mark.browser

ASKED = "Who has faced the beef?"
TEXTS = {
    "1.txt": "Dead Abe has faced the beef.",
    "2.txt": "Bab faded. Dad fed a cab.",
    "3.md": "# Harbours\n\nA breakwater is a wall of stone that shelters the boats of a harbour.\n",
}
STOPPED = "You stopped this answer."
HEARD = """() => {
  window.heard = [];
  const place = document.getElementById("announced");
  new MutationObserver(() => window.heard.push(place.textContent))
    .observe(place, { childList: true, characterData: true, subtree: true });
}"""


class Steps:
    """What a language model writes, when the test says so; "" ends it, None goes on until the
    client has gone."""

    def __init__(self) -> None:
        self.pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def __call__(self, sent: Sent) -> None:
        sent.head()
        while piece := self.pieces.get(timeout=60):
            sent.pieces(piece)
        if piece is None:
            sent.until_gone(event(" on"))
        else:
            sent.send(event(None, "stop"), DONE)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def played(steps: Steps) -> Iterator[Played]:
    with playing(steps) as running:
        yield running


@pytest.fixture
def written_url(played: Played, tmp_path: Path) -> Iterator[str]:
    """A service whose answers are written step by step."""
    with written_service(tmp_path, TEXTS, played) as url:
        yield url


@pytest.fixture
def server_url(written_url: str) -> str:
    return written_url


def _heard(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.heard")
    return found


# ---- streamed


def test_passages_come_first_then_each_sentence_and_all_stay(
    page: Page, steps: Steps, server_url: str
) -> None:
    found = fetch(f"{server_url}/v1/retrieve", {"question": ASKED})["passages"]
    first, second = (
        next(each["rank"] for each in found if each["document"]["path"] == path)
        for path in ("1.txt", "2.txt")
    )
    page.evaluate(HEARD)
    send(page, ASKED)
    article = page.get_by_role("article")
    sources = article.locator(".source")
    expect(sources).to_have_count(len(TEXTS))
    expect(article).to_contain_text("Reading these passages")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(question_box(page)).to_have_value("")
    # The reader is already among the passages when the answer comes.
    opener = sources.nth(1).get_by_role("button", name="Open in document")
    opener.click()
    expect(page.locator("mark.passage")).to_be_focused()

    steps.pieces.put(f"Dead Abe has faced the beef [{first}]. ")
    steps.pieces.put("Dad fed ")
    written = article.locator("p.written")
    expect(written).to_have_text([f"Dead Abe has faced the beef. [{first}]"], use_inner_text=True)
    written.evaluate("(line) => { line.dataset.first = '' }")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "true")
    expect(article.get_by_text("Confidence")).to_have_count(0)
    steps.pieces.put(f"a cab [{second}].")
    steps.pieces.put("")
    settled(page)
    expect(written).to_have_text(
        [f"Dead Abe has faced the beef. [{first}]", f"Dad fed a cab. [{second}]"],
        use_inner_text=True,
    )
    expect(article.locator("p.written[data-first]")).to_have_count(1)  # not made anew
    expect(article.get_by_text("Confidence: ")).to_be_visible()
    expect(article.get_by_role("button", name="This answers it")).to_have_count(len(TEXTS))
    expect(opener).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    heard = _heard(page)
    assert heard[0] == "Searching the documents."
    answers = [each for each in heard if "Abe has faced" in each]
    (answer,) = answers
    assert answer.startswith("Answer: Dead Abe has faced the beef. … Dad fed a cab. Confidence: ")
    assert heard[-1] == answer


def test_an_answer_is_stopped_and_asked_again(page: Page, steps: Steps, played: Played) -> None:
    send(page, ASKED)
    article = page.get_by_role("article")
    steps.pieces.put("Dead Abe has faced the beef [1]. And")
    steps.pieces.put(None)
    expect(article.locator("p.written")).to_have_count(1)
    page.keyboard.press("Tab")  # from the button back to the box, and Escape there
    question_box(page).press("Escape")
    settled(page)
    expect(article).to_contain_text(STOPPED)
    assert played.gone.wait(20)  # nobody writes on
    expect(article.locator("p.written, .source")).to_have_count(1 + len(TEXTS))
    page.reload()
    expect(asked(page)).to_have_text([ASKED])
    expect(article).to_contain_text(STOPPED)
    expect(article.locator(".source")).to_have_count(len(TEXTS))

    for piece in ("Dead Abe has faced the beef [1].", ""):
        steps.pieces.put(piece)
    article.get_by_role("button", name="Ask this question again").click()
    expect(article.get_by_text("Confidence: ")).to_be_visible()
    expect(article).to_have_count(1)
    expect(article).not_to_contain_text(STOPPED)
    expect(asked(page)).to_be_focused()


def test_stopped_before_anything_came_the_question_is_back(page: Page) -> None:
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/v1/ask", hold)
    send(page, ASKED)
    expect(page.get_by_role("article")).to_contain_text("Searching the documents")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_have_text(STOPPED)
    expect(question_box(page)).to_have_value(ASKED)
    expect(page.get_by_role("article")).to_have_count(0)
    assert [url.rpartition("/")[2] for url in failed] == ["ask"]


def _events(*events: tuple[str, Any]) -> str:
    return "".join(f"event: {kind}\ndata: {json.dumps(value)}\n\n" for kind, value in events)


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("", "The answer broke off before its end"),
        ("event: quote\ndata: {", "The answer broke off before its end"),
        (
            _events(("error", {"title": "Unexpected", "detail": "it was logged", "status": 500})),
            "Unexpected: it was logged",
        ),
    ],
)
def test_an_answer_that_breaks_off_says_so(page: Page, rest: str, why: str) -> None:
    told = crafted_response("The key is here.", "The key is here.", "The key")
    answer = told.pop("answer")
    body = _events(("passages", told), ("quote", answer["quotes"][0])) + rest
    page.route(
        "**/v1/ask", lambda route: route.fulfill(body=body, content_type="text/event-stream")
    )
    send(page, ASKED)
    article = settled(page).get_by_role("article")
    expect(article).to_contain_text(why)
    expect(article.locator(".source, q")).to_have_count(2)
    page.unroute("**/v1/ask")
    ask_crafted(page, "And then?")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(citations(page)).to_have_count(2)


SPLIT = """async (text) => {
  const { eventsOf } = await import("/page/events.js");
  const bytes = new TextEncoder().encode(text);
  const read = async (...parts) => {
    const stream = new ReadableStream({
      start(to) { parts.forEach((part) => to.enqueue(part)); to.close(); } });
    const found = [];
    for await (const { kind, data } of eventsOf(stream)) found.push([kind, data]);
    return JSON.stringify(found);
  };
  const all = new Set();
  for (let at = 0; at <= bytes.length; at += 1) {
    all.add(await read(bytes.slice(0, at), bytes.slice(at)));
  }
  all.add(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte))));
  return [...all].map((each) => JSON.parse(each));
}"""


def test_events_are_read_however_they_are_cut(page: Page) -> None:
    text = (
        "\ufeffevent: a\ndata: 1\n\n"
        ": a comment\r\nevent:b\r\ndata:  ü🔑\r\ndata\r\ndata:x: y\r\n\r\n"
        "id: 7\rdata: cr\r\r"
        "event: nothing\n\n\n"
        "data: unfinished"
    )
    (found,) = page.evaluate(SPLIT, text)
    assert found == [["a", "1"], ["b", " ü🔑\n\nx: y"], ["message", "cr"]]


# ---- edited


def test_a_question_is_edited_and_what_followed_can_be_brought_back(
    page: Page, allowed: list[str]
) -> None:
    ask_crafted(page, "First?", "Second?", "Third?")
    page.get_by_role("button", name="Edit this question").nth(1).click()
    field = page.get_by_role("textbox", name="Edit the question")
    expect(field).to_be_focused()
    expect(field).to_have_value("Second?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit this question").nth(1)).to_be_focused()

    page.keyboard.press("Enter")
    bodies: list[Any] = []
    page.on("request", lambda request: bodies.append(_body(request)))
    field.fill("Better?")
    field.press("Enter")
    expect(asked(page)).to_have_text(["First?", "Better?"])
    settled(page)
    assert [each["previous"]["question"] for each in bodies if each] == ["?"]
    expect(asked(page).nth(1)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("1 later answer made way")
    page.get_by_role("button", name="Undo").click()
    expect(asked(page)).to_have_text(["First?", "Second?", "Third?"])
    expect(question_box(page)).to_be_focused()
    page.reload()
    expect(asked(page)).to_have_text(["First?", "Second?", "Third?"])

    # When nothing comes of it, all is as it was, and what was typed is still there.
    allowed.append(FAILED_LOAD)
    page.route("**/v1/ask", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.get_by_role("button", name="Edit this question").first.click()
    field.fill("Worse?")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("HTTP 502")
    expect(field).to_have_value("Worse?")
    expect(field).to_be_focused()
    field.press("Escape")
    expect(asked(page)).to_have_text(["First?", "Second?", "Third?"])


def _body(request: Request) -> Any:
    return request.post_data_json if request.method == "POST" else None


# ---- how sure


def test_confidence_has_the_word_of_its_number(page: Page) -> None:
    table = {
        0: "very unlikely, 0", 0.004: "very unlikely, under 1", 0.1: "very unlikely, 10",
        0.104: "very unlikely, 10", 0.105: "unlikely, 11", 0.334: "unlikely, 33",
        0.335: "about as likely as not, 34", 0.5: "about as likely as not, 50",
        0.654: "about as likely as not, 65", 0.66: "likely, 66", 0.894: "likely, 89",
        0.895: "very likely, 90", 0.99: "very likely, 99", 0.996: "very likely, over 99",
        1: "very likely, 100",
    }  # fmt: skip
    words = page.evaluate(
        """async (all) => {
          const { confidence } = await import("/page/wording.js");
          return all.map(confidence);
        }""",
        list(table),
    )
    assert words == [f"{each}\u00a0%" for each in table.values()]


def test_what_is_not_found_is_read_out_and_its_passages_are_folded(
    page: Page, steps: Steps
) -> None:
    page.evaluate(HEARD)
    for piece in ("NOT FOUND", ""):
        steps.pieces.put(piece)
    send(page, UNANSWERABLE)
    article = settled(page).get_by_role("article")
    expect(article.get_by_text("The documents do not answer this.")).to_be_visible()
    expect(article.locator(".confidence")).to_contain_text("Estimated chance that they do: ")
    expect(article.get_by_text(f"Nearest passages ({len(TEXTS)})")).to_be_visible()
    expect(article.locator(".source").first).to_be_hidden()
    assert len([each for each in _heard(page) if "do not answer" in each]) == 1


# ---- suggested


def test_a_suggested_question_is_asked_and_answered(page: Page, steps: Steps) -> None:
    for piece in ("Dead Abe has faced the beef [1].", ""):
        steps.pieces.put(piece)
    suggested = page.get_by_role("list", name="Questions to begin with").get_by_role("button")
    expect(suggested).not_to_have_count(0)
    question = suggested.first.locator("span").inner_text()
    suggested.first.click()
    expect(asked(page)).to_have_text([question])
    settled(page)
    expect(page.get_by_text("The documents do not answer this.")).to_have_count(0)
    expect(suggested.first).to_be_hidden()
    expect(question_box(page)).to_be_focused()
