"""What a language model wrote, and questions that lean on others, on the page of a real service
whose endpoint is a real HTTP server too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.page.test_page import citations, document_text, send, settled
from tests.page.written import written_service
from tests.service.writing.played import Play, playing, raw, single, streamed

pytestmark = pytest.mark.browser

ASKED = "Who has faced the beef?"
TEXTS = {"1.txt": "Dead Abe has faced the beef.", "2.txt": "Bab faded. Dad fed a cab."}
UNSUPPORTED = "not supported by the passages"


@pytest.fixture
def server_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A service over two texts; the test's parameter is what its endpoint plays."""
    play: Play = request.param
    with playing(play) as played, written_service(tmp_path, TEXTS, played) as url:
        yield url


def _plays(*plays: Play) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("server_url", plays, indirect=True)


def _written(page: Page) -> Locator:
    return page.get_by_role("article").locator("p.written")


@_plays(streamed("Dead Abe has ", "faced the beef [1]. Dad fed a cab [2]."))
def test_markers_of_a_written_answer_lead_to_their_passages(page: Page) -> None:
    send(page, ASKED)
    expect(_written(page)).to_have_text(
        ["Dead Abe has faced the beef. [1]", "Dad fed a cab. [2]"], use_inner_text=True
    )
    expect(page.get_by_text("Written by a language model")).to_be_visible()
    expect(page.get_by_text(UNSUPPORTED)).to_have_count(0)
    expect(page.locator("article .notice, article q")).to_have_count(0)
    for marker, text in zip(citations(page).all(), TEXTS.values(), strict=True):
        marker.click()
        expect(page.locator("mark.passage")).to_be_focused()
        expect(document_text(page)).to_have_text(text)
        stressed = page.locator("mark.passage mark.highlight")
        assert "".join(stressed.all_text_contents()) in text
        expect(stressed.first).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(marker).to_be_focused()


@_plays(single("Dead Abe has faced the beef [1]. Zoe ate it in 1940 [1]. Abe has beef."))
def test_sentences_without_support_are_marked(page: Page) -> None:
    send(page, ASKED)
    expect(_written(page)).to_have_count(3)
    marked = [UNSUPPORTED in text for text in _written(page).all_text_contents()]
    assert marked == [False, True, True]
    expect(page.locator("article .notice")).to_contain_text("do not support: 2 of 3 marked")


@_plays(raw(status=500), raw(b"<html>"), streamed("Dead Abe faced [9]."))
def test_an_endpoint_that_fails_leaves_the_quotes_and_a_notice(page: Page) -> None:
    send(page, ASKED)
    expect(page.locator("article .notice")).to_contain_text("quotes instead of a written answer")
    expect(page.locator("article q").first).to_have_text(TEXTS["1.txt"])
    expect(_written(page)).to_have_count(0)
    expect(page.get_by_text("Written by a language model")).to_have_count(0)
    citations(page).first.click()
    expect(page.locator("mark.passage mark.highlight")).to_have_text(TEXTS["1.txt"])


@_plays(single("NOT FOUND"))
def test_a_language_model_that_finds_no_answer_is_told(page: Page) -> None:
    send(page, ASKED)
    article = page.get_by_role("article")
    expect(article).to_contain_text("The documents do not answer this.")
    expect(article).to_contain_text("the language model found no answer in the passages")
    expect(citations(page)).to_have_count(0)


@_plays(raw(status=500))
def test_a_question_that_leans_is_asked_with_the_one_before(page: Page) -> None:
    sent: list[dict[str, Any]] = []

    def keep(asked: Request) -> None:
        if asked.method == "POST":
            sent.append(asked.post_data_json or {})

    page.on("request", keep)
    article = page.get_by_role("article")
    for number, question in enumerate([ASKED, "And why?", "Who fed a cab?"], start=1):
        send(page, question)
        expect(settled(page).get_by_role("article")).to_have_count(number)
    assert "previous" not in sent[0]
    previous = sent[1]["previous"]
    assert previous["question"] == ASKED
    assert previous["citations"]
    assert all(re.fullmatch(r"p_[^ ]+", each) for each in previous["citations"])
    expect(article.locator(".understood")).to_have_text([f"Understood as: {ASKED} And why?"])
    expect(article.nth(1).locator(".understood")).to_be_visible()
