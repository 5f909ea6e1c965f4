"""The page in a real browser, against a real service over the seed document."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = pytest.mark.browser

PAGE_FILES = Path(__file__).resolve().parents[2] / "service" / "web" / "page"
# Near the document's own words: these tests are about the page, not about how well it ranks.
ANSWERABLE = "Which proposal defined the world spheres of influence of the four Axis powers?"
PARAPHRASED = "What kind of harbour did the Soviet side hope to obtain on the Baltic?"
UNANSWERABLE = "How often should a cactus be watered in winter?"
FAILED_LOAD = "Failed to load resource"
VALUES = (
    "dense",
    "window",
    "joint",
    "lexical",
    "related",
    "feedback",
    "near_dense",
    "near_lexical",
)


def fetch(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def ask_api(server_url: str, question: str) -> dict[str, Any]:
    return fetch(f"{server_url}/v1/ask", {"question": question, "top_k": 5})


def question_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your question")


def send(page: Page, question: str) -> None:
    question_box(page).fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def settled(page: Page) -> Locator:
    """The conversation, once nothing is being asked any more."""
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-busy", "false")
    return log


def citations(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("button", name=re.compile(r"^Citation \d+: "))


def document_text(page: Page) -> Locator:
    return page.get_by_role("region", name="Text of the document")


def pane(page: Page) -> Locator:
    return page.get_by_role("complementary")


def has_horizontal_scroll(page: Page) -> bool:
    wider: bool = page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('main, aside')]"
        ".some(box => box.scrollWidth > box.clientWidth)"
    )
    return wider


# ---- answers of the test's own making, for what the seed document does not hold


def crafted_response(text: str, passage: str, quote: str) -> dict[str, Any]:
    """What the API answers when ``quote``, in ``passage``, in ``text`` is the answer."""
    start = text.index(passage)
    inner = start + passage.index(quote)
    cited = {
        "rank": 1,
        "id": "p1",
        "document": {
            "id": "d/1",
            "path": "notes/a b.txt",
            "title": "A <b>title</b>",
            "sha256": "0" * 64,
            "media_type": "text/plain",
        },
        "start": start,
        "end": start + len(passage),
        "page": None,
        "headings": [],
        "text": passage,
        "highlights": [{"start": inner, "end": inner + len(quote)}],
        "score": 0.5,
        "scores": {
            **dict.fromkeys(VALUES, 0.5),
            **{f"{name}_rank": 1 for name in VALUES},
            "pairs": 0.0,
            "pairs_rank": None,
            "best_window": 0.5,
            "coverage": 0.0,
            "parts": {},
            "fused": 0.5,
            "reranker": None,
        },
        "tokens": 9,
        "verified": True,
    }
    quoted = {"text": quote, "citation": 1, "start": inner, "end": inner + len(quote)}
    answer = {
        "verdict": "answered",
        "text": quote,
        "confidence": 0.5,
        "citations": [1],
        "quotes": [quoted],
    }
    return {
        "id": "r1",
        "question": "?",
        "answer": answer,
        "passages": [cited],
        "index": {"generation": 1, "digest": "d"},
        "timings_ms": {},
    }


def serve_crafted(page: Page, response: dict[str, Any], text: str) -> list[str]:
    """Answer the page's requests; returns the list of document addresses it reads."""
    read: list[str] = []
    cited = response["passages"][0]["document"]
    part = {"start": 0, "end": len(text), "text": text, "page": None, "pages": [], "headings": []}
    document = {**cited, "length": len(text), **part}

    def give_document(route: Route) -> None:
        read.append(route.request.url)
        route.fulfill(json=document)

    page.route("**/v1/ask", lambda route: route.fulfill(json=response))
    page.route("**/v1/documents/**", give_document)
    return read


# ---- opening


def test_opening_tells_what_is_in_the_index(page: Page, server_url: str) -> None:
    listed = fetch(f"{server_url}/v1/documents")
    expect(page.get_by_role("heading", name="citewell", level=1)).to_be_visible()
    facts = re.compile(rf"^{listed['total']} documents? in the index")
    expect(page.get_by_text(facts)).to_be_visible()
    for document in listed["documents"][:10]:
        expect(page.get_by_role("main")).to_contain_text(document["title"])
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_nothing_inline_and_light_to_load() -> None:
    files = sorted(PAGE_FILES.iterdir())
    assert sum(file.stat().st_size for file in files) < 150_000
    scripts = [file.read_text("utf-8") for file in files if file.suffix == ".js"]
    assert scripts
    assert not any(
        word in script
        for script in scripts
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    )
    index = (PAGE_FILES / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://(?!127)", index)


# ---- answers and citations


def test_citation_opens_the_exact_passage(page: Page, server_url: str) -> None:
    told = ask_api(server_url, ANSWERABLE)
    assert told["answer"]["verdict"] == "answered"
    quote = told["answer"]["quotes"][0]
    passage = next(each for each in told["passages"] if each["rank"] == quote["citation"])
    document = fetch(f"{server_url}/v1/documents/{passage['document']['id']}")

    send(page, ANSWERABLE)
    article = settled(page).get_by_role("article")
    expect(article.get_by_role("heading", name=ANSWERABLE)).to_be_visible()
    assert article.locator("q").all_text_contents() == [
        each["text"] for each in told["answer"]["quotes"]
    ]
    citation = citations(page).first
    expect(citation).to_have_text(f"[{passage['rank']}]")
    expect(citation).to_have_accessible_name(
        f"Citation {passage['rank']}: {passage['document']['title']}, "
        + (f"page {passage['page']}, " if passage["page"] is not None else "")
        + f"characters {passage['start']} to {passage['end']}"
    )
    citation.click()

    marked = page.locator("mark.passage")
    expect(marked).to_be_in_viewport()
    expect(marked).to_be_focused()
    assert marked.text_content() == passage["text"]
    assert document_text(page).text_content() == document["text"]
    stressed = marked.locator("mark.highlight")
    expect(stressed.first).to_be_in_viewport()
    assert "".join(stressed.all_text_contents()) == quote["text"]


@pytest.mark.parametrize("question", [ANSWERABLE, PARAPHRASED, UNANSWERABLE])
def test_page_says_what_the_api_says(page: Page, server_url: str, question: str) -> None:
    told = ask_api(server_url, question)
    send(page, question)
    article = settled(page).get_by_role("article")
    expect(article).to_have_count(1)
    answered = told["answer"]["verdict"] == "answered"
    expect(article.get_by_text("The documents do not answer this.")).to_have_count(1 - answered)
    assert citations(page).all_text_contents() == [
        f"[{quote['citation']}]" for quote in told["answer"]["quotes"]
    ]
    shown = re.search(r"(\d+)\u00a0%", article.locator(".confidence").text_content() or "")
    assert shown is not None
    assert abs(int(shown[1]) - 100 * told["answer"]["confidence"]) <= 1


def test_escape_and_button_close_and_return_focus(page: Page) -> None:
    send(page, ANSWERABLE)
    citation = citations(page).first
    citation.click()
    expect(page.locator("mark.passage")).to_be_focused()
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    expect(citation).to_be_focused()

    citation.click()
    page.get_by_role("button", name="Close document").click()
    expect(pane(page)).to_be_hidden()
    expect(citation).to_be_focused()


def test_sources_show_passages_as_answered(page: Page, server_url: str) -> None:
    told = ask_api(server_url, ANSWERABLE)
    send(page, ANSWERABLE)
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    sources = page.get_by_role("article").locator(".source")
    expect(sources).to_have_count(len(told["passages"]))
    for source, passage in zip(sources.all(), told["passages"], strict=True):
        assert source.locator(".source-text").text_content() == passage["text"]
        expect(source).to_contain_text(passage["document"]["path"])
        expect(source).to_contain_text(f"characters {passage['start']} to {passage['end']}")
        expect(source.get_by_text("verified")).to_be_visible()
    why = sources.first.get_by_text("Why here")
    expect(sources.first.get_by_text("coverage")).to_be_hidden()
    why.click()
    expect(sources.first.get_by_text("coverage")).to_be_visible()

    last = told["passages"][-1]
    page.get_by_role("button", name=f"Open in document: passage {last['rank']},").click()
    expect(page.locator("mark.passage")).to_be_in_viewport()
    assert page.locator("mark.passage").text_content() == last["text"]


def test_not_found_is_said_plainly(page: Page, server_url: str) -> None:
    assert ask_api(server_url, UNANSWERABLE)["answer"]["verdict"] == "not_found"
    send(page, UNANSWERABLE)
    log = settled(page)
    expect(log.get_by_text("The documents do not answer this.")).to_be_visible()
    expect(citations(page)).to_have_count(0)
    nearest = page.get_by_text("Nearest passages")
    source = log.get_by_role("article").locator(".source").first
    expect(source).to_be_hidden()
    nearest.click()
    expect(source).to_be_visible()


def test_newest_answer_is_last_and_in_view(page: Page) -> None:
    send(page, ANSWERABLE)
    expect(settled(page).get_by_role("article")).to_have_count(1)
    expect(question_box(page)).to_have_value("")
    send(page, UNANSWERABLE)
    expect(settled(page).get_by_role("article")).to_have_count(2)
    last = page.get_by_role("article").last.get_by_role("heading", name=UNANSWERABLE)
    expect(last).to_be_in_viewport()


# ---- exactness where UTF-16 and code points differ

TEXTS = {
    "emoji": "👩🏽\u200d🚀🚀 first 𝔘nits. The key 🔑 is under the 🪨 stone, says 𐍈 note. End 🏁.",
    "crlf": "One\r\n\r\nline. The key 🔑 is under\r\nthe 🪨 stone, says\r\n\tnote.\r\nEnd.\rE.\r\n",
    "combining": "e\u0301\u0301\ufeff\u200d\0x. The key 🔑 is under the 🪨 stone, says \ufeffnote.",
    "right to left": "שלום 👋 עולם. The key 🔑 is under the 🪨 stone, says כאן note. סוף",
    "markup": "<b>&amp;</b><script>1</script> The key 🔑 is under the <mark> stone, says note",
}


@pytest.mark.parametrize("name", TEXTS)
def test_marks_are_exact_in_code_points(page: Page, name: str) -> None:
    text = TEXTS[name]
    start, end = text.index("The key"), text.index("note") + len("note")
    passage = text[start:end]
    quote = passage[passage.index("🔑") : passage.index("stone") + len("stone")]
    serve_crafted(page, crafted_response(text, passage, quote), text)
    send(page, "Where is the key?")
    assert page.locator("q").text_content() == quote
    citations(page).first.click()
    marked = page.locator("mark.passage")
    expect(marked).to_be_in_viewport()
    assert marked.text_content() == passage
    assert marked.locator("mark.highlight").text_content() == quote
    assert document_text(page).text_content() == text
    source_mark = page.locator(".source-text mark.highlight")
    assert source_mark.text_content() == quote


def test_page_and_headings_are_told_as_text(page: Page) -> None:
    text = "The key is under the stone."
    response = crafted_response(text, text, "stone")
    response["passages"][0] |= {"page": 3, "headings": ["House & <b>home</b>", "Keys"]}
    serve_crafted(page, response, text)
    send(page, "Where is the key?")
    where = f"notes/a b.txt, page 3, characters 0 to {len(text)}, under House & <b>home</b> › Keys"
    expect(page.locator(".source .place")).to_contain_text(where)
    citations(page).first.click()
    expect(page.locator("#document-place")).to_have_text(where)


def test_without_headings_none_are_told(page: Page) -> None:
    text = "The key is under the stone."
    serve_crafted(page, crafted_response(text, text, "stone"), text)
    send(page, "Where is the key?")
    place = page.locator(".source .place")
    expect(place).to_contain_text(f"notes/a b.txt, characters 0 to {len(text)}score")


def test_passage_at_either_end_of_the_document(page: Page) -> None:
    text = "🔑🔑 all of it 🪨"
    serve_crafted(page, crafted_response(text, text, text), text)
    send(page, "All?")
    citations(page).first.click()
    expect(page.locator("mark.passage")).to_be_focused()
    assert page.locator("mark.passage").text_content() == text


@pytest.mark.parametrize("present", ["Quite another text, and long enough.", "short", ""])
def test_changed_document_is_said_not_marked(page: Page, present: str) -> None:
    text = "Before. The key is under the stone. After."
    response = crafted_response(text, "The key is under the stone.", "under the stone")
    serve_crafted(page, response, present)
    send(page, "Where?")
    citations(page).first.click()
    expect(pane(page).get_by_role("alert")).to_contain_text(
        "The document changed since it was cited"
    )
    expect(pane(page).locator("mark")).to_have_count(0)
    assert document_text(page).text_content() == present
    page.keyboard.press("Escape")
    expect(citations(page).first).to_be_focused()


def test_document_is_read_once(page: Page) -> None:
    text = "Before. The key is under the stone. After."
    response = crafted_response(text, "The key is under the stone.", "under the stone")
    read = serve_crafted(page, response, text)
    send(page, "Where?")
    for _ in range(2):
        citations(page).first.click()
        expect(page.locator("mark.passage")).to_be_focused()
        page.keyboard.press("Escape")
    assert [url.rpartition("/v1/documents/")[2] for url in read] == ["d%2F1/text?start=0&end=65536"]


# ---- what goes wrong


def test_error_is_shown_and_the_question_kept(page: Page, allowed: list[str]) -> None:
    allowed.append(FAILED_LOAD)
    problem = {"type": "about:blank", "title": "Not ready", "status": 503, "detail": "Wait a bit."}
    page.route(
        "**/v1/ask",
        lambda route: route.fulfill(
            status=503, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    send(page, ANSWERABLE)
    expect(page.get_by_role("alert")).to_have_text("Not ready: Wait a bit.")
    expect(question_box(page)).to_have_value(ANSWERABLE)
    expect(page.get_by_role("article")).to_have_count(0)
    page.unroute("**/v1/ask")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(citations(page).first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("")


def test_service_gone_is_shown_and_the_question_kept(page: Page, allowed: list[str]) -> None:
    allowed.append(FAILED_LOAD)
    page.route("**/v1/ask", lambda route: route.abort())
    send(page, ANSWERABLE)
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(question_box(page)).to_have_value(ANSWERABLE)


def test_proxy_error_without_json_is_shown(page: Page, allowed: list[str]) -> None:
    allowed.append(FAILED_LOAD)
    page.route("**/v1/ask", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    send(page, ANSWERABLE)
    expect(page.get_by_role("alert")).to_contain_text("HTTP 502")


def test_missing_document_is_said_in_the_pane(page: Page, allowed: list[str]) -> None:
    allowed.append(FAILED_LOAD)
    problem = {"type": "about:blank", "title": "Not found", "status": 404, "detail": "Gone."}
    page.route(
        "**/v1/documents/**",
        lambda route: route.fulfill(
            status=404, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    send(page, ANSWERABLE)
    citations(page).first.click()
    expect(pane(page).get_by_role("alert")).to_have_text("Not found: Gone.")
    page.keyboard.press("Escape")
    expect(citations(page).first).to_be_focused()


def test_empty_question_is_refused_in_words(page: Page) -> None:
    send(page, "  \n ")
    expect(page.get_by_role("alert")).to_have_text("Write a question first.")
    expect(page.get_by_role("article")).to_have_count(0)


def test_overlong_question_is_refused_in_words(page: Page, allowed: list[str]) -> None:
    allowed.append(FAILED_LOAD)
    expect(question_box(page)).to_have_attribute("maxlength", "2000")
    question_box(page).evaluate("(field) => { field.value = 'why '.repeat(600); }")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).not_to_have_text("")
    expect(question_box(page)).to_have_value("why " * 600)
    send(page, ANSWERABLE)
    expect(citations(page).first).to_be_visible()


def test_hostile_question_is_text(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> what is the pact?"
    send(page, hostile)
    heading = page.get_by_role("article").get_by_role("heading", level=2)
    expect(heading).to_have_text(hostile)
    expect(page.locator("img")).to_have_count(0)


# ---- keyboard, waiting, narrow


def test_keyboard_is_enough(page: Page) -> None:
    question_box(page).focus()
    page.keyboard.type("What did Molotov")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and Hitler talk about?")
    expect(question_box(page)).to_have_value("What did Molotov\nand Hitler talk about?")
    question_box(page).fill(ANSWERABLE)
    page.keyboard.press("Enter")
    citation = citations(page).first
    expect(citation).to_be_visible()
    expect(question_box(page)).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if citation.evaluate("(button) => button === document.activeElement"):
            break
    expect(citation).to_be_focused()
    assert citation.evaluate("(button) => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("mark.passage")).to_be_focused()
    page.keyboard.press("Escape")
    expect(citation).to_be_focused()


def test_waiting_is_shown_and_asked_only_once(page: Page) -> None:
    text = "The key is under the stone."
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/v1/ask", hold)
    question_box(page).fill("Where?")
    page.get_by_role("button", name="Ask", exact=True).dblclick()  # its second half stops nothing
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("article")).to_contain_text("Searching the documents")
    question_box(page).fill("And when?")
    question_box(page).press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Wait for the answer, or stop it.")
    expect(question_box(page)).to_have_value("And when?")
    assert len(waiting) == 1
    waiting[0].fulfill(json=crafted_response(text, text, "stone"))
    expect(citations(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 2200])
def test_no_horizontal_scroll(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    long_text = "unbroken" * 200 + " The key 🔑 " + "x" * 900
    send(page, ANSWERABLE)
    expect(citations(page).first).to_be_visible()
    assert not has_horizontal_scroll(page)
    serve_crafted(page, crafted_response(long_text, long_text, "key 🔑 " + "x" * 900), long_text)
    settled(page)
    send(page, "w" * 300)
    expect(settled(page).get_by_role("article")).to_have_count(2)
    citations(page).last.click()
    expect(page.locator("mark.passage mark.highlight")).to_be_in_viewport()
    assert not has_horizontal_scroll(page)
