"""The page with JavaScript off, in a real browser: a form that posts, answers and citations."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Open
from tests.page.test_page import ANSWERABLE, UNANSWERABLE, ask_api

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(open_page: Open, server_url: str) -> Page:
    """The page in a browser without JavaScript."""
    opened = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    opened.goto(server_url)
    return opened


def _ask(plain: Page, question: str) -> None:
    plain.get_by_role("textbox").fill(question)
    plain.get_by_role("button", name="Ask").click()


def test_a_question_is_answered_and_its_citation_opens_the_passage(
    plain: Page, server_url: str
) -> None:
    told = ask_api(server_url, ANSWERABLE)
    quote = told["answer"]["quotes"][0]
    passage = told["passages"][quote["citation"] - 1]
    expect(plain.locator("noscript p")).to_be_visible()
    expect(plain.get_by_text("Enter asks")).to_be_hidden()
    _ask(plain, ANSWERABLE)
    expect(plain.get_by_role("heading", level=1)).to_have_text(ANSWERABLE)
    assert plain.locator("q").all_text_contents() == [
        each["text"] for each in told["answer"]["quotes"]
    ]
    plain.get_by_role("link", name=re.compile(r"^Citation \d+: ")).first.click()
    marked = plain.locator("mark.passage")
    expect(marked).to_have_text(passage["text"])
    expect(marked).to_be_in_viewport()
    expect(plain.locator("mark.highlight")).to_have_text(quote["text"])
    plain.get_by_role("link", name="Later part").first.click()
    shown = plain.get_by_role("article", name="Text of the document").text_content()
    assert shown is not None
    whole = plain.request.get(f"{server_url}/v1/documents/{passage['document']['id']}").json()
    assert whole["text"].endswith(shown)


def test_one_asks_on_and_is_told_when_there_is_no_answer(plain: Page) -> None:
    _ask(plain, ANSWERABLE)
    _ask(plain, UNANSWERABLE)
    expect(plain.get_by_text("The documents do not answer this.")).to_be_visible()
    expect(plain.get_by_role("heading", name="Nearest passages")).to_be_visible()


def test_nothing_asked_is_explained_and_one_can_go_on(
    plain: Page, server_url: str, allowed: list[str]
) -> None:
    allowed.append("422")
    plain.get_by_role("button", name="Ask").click()
    expect(plain.get_by_role("alert")).to_contain_text("is empty; ask something")
    _ask(plain, ANSWERABLE)
    expect(plain.locator("q").first).to_be_visible()
    plain.get_by_role("link", name="citewell").click()
    expect(plain).to_have_url(f"{server_url}/")


@pytest.mark.parametrize("width", [320, 1600])
def test_it_fits(plain: Page, width: int) -> None:
    plain.set_viewport_size({"width": width, "height": 640})
    _ask(plain, ANSWERABLE)
    widest = plain.locator("html").bounding_box()
    assert widest is not None
    assert widest["width"] <= width
    box = plain.locator("main").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
