"""Feedback on the page: said by buttons, sent when the reader sends it, kept with the index."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from service.feedback import Feedback, FeedbackStore
from tests.page.test_page import ANSWERABLE, FAILED_LOAD, UNANSWERABLE, ask_api, send

pytestmark = pytest.mark.browser

THANKS = "Thank you. Your feedback is kept with the index."


@pytest.fixture
def given(seed_index: Path) -> Callable[[], list[Feedback]]:
    """What has been kept since the test began."""
    store = FeedbackStore.of(seed_index)
    before = len(store.read().feedback)
    return lambda: list(store.read().feedback[before:])


def _row(page: Page) -> Locator:
    return page.get_by_role("group", name="Feedback on this answer")


def _press(page: Page, name: str) -> None:
    _row(page).get_by_role("button", name=name, exact=True).click()


def _mark(page: Page, rank: int) -> Locator:
    return page.get_by_role("button", name=f"This answers it: passage {rank},")


def _pressed(page: Page) -> list[str]:
    """The pressed buttons under the answer, by the part of their names before a comma."""
    shown = page.get_by_role("article").get_by_role("button", pressed=True).all()
    names = [each.get_attribute("aria-label") or each.inner_text() for each in shown]
    return [name.partition(",")[0] for name in names]


def test_an_answer_is_called_right_with_what_it_quotes(
    page: Page, server_url: str, given: Callable[[], list[Feedback]]
) -> None:
    told = ask_api(server_url, ANSWERABLE)
    send(page, ANSWERABLE)
    expect(_row(page).get_by_role("button", name="Send feedback")).to_be_hidden()
    _press(page, "Yes")
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    (kept,) = given()
    assert (kept.question, kept.verdict, kept.answer_id) == (ANSWERABLE, "right", told["id"])
    assert [(p.start, p.end, p.quote) for p in kept.passages] == [
        (quote["start"], quote["end"], quote["text"]) for quote in told["answer"]["quotes"]
    ]


def test_passages_that_answer_are_marked(
    page: Page, server_url: str, given: Callable[[], list[Feedback]]
) -> None:
    told = ask_api(server_url, ANSWERABLE)
    send(page, ANSWERABLE)
    for rank in (2, 3, 1, 2):  # the second is unmarked again
        _mark(page, rank).click()
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text("Say too whether the answer was right.")
    assert given() == []
    _press(page, "No")
    assert _pressed(page) == ["No", "This answers it: passage 1", "This answers it: passage 3"]
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    (kept,) = given()
    third, first = told["passages"][2], told["passages"][0]
    assert kept.verdict == "wrong"
    assert [(p.document, p.quote) for p in kept.passages] == [
        (passage["document"]["path"], passage["text"]) for passage in (third, first)
    ]


def test_not_in_the_documents_leaves_no_mark(
    page: Page, given: Callable[[], list[Feedback]]
) -> None:
    send(page, ANSWERABLE)
    _mark(page, 1).click()
    _press(page, "Not in the documents")
    assert _pressed(page) == ["Not in the documents"]
    _mark(page, 1).click()
    assert _pressed(page) == ["This answers it: passage 1"]
    _press(page, "Not in the documents")
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    assert [(each.verdict, each.passages) for each in given()] == [("unanswerable", ())]


def test_that_nothing_answers_can_be_right_or_wrong(
    page: Page, given: Callable[[], list[Feedback]]
) -> None:
    send(page, UNANSWERABLE)
    expect(_row(page).get_by_role("button")).to_have_text(["Yes", "No"])
    _press(page, "Yes")
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    page.get_by_text("Nearest passages").click()
    _mark(page, 1).click()
    assert _pressed(page) == ["No", "This answers it: passage 1"]
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    assert [(each.verdict, len(each.passages)) for each in given()] == [
        ("unanswerable", 0),
        ("wrong", 1),
    ]


def test_the_same_is_sent_once(page: Page, given: Callable[[], list[Feedback]]) -> None:
    send(page, ANSWERABLE)
    _press(page, "No")
    _press(page, "Send feedback")
    sent = _row(page).get_by_role("button", name="Sent", exact=True)
    expect(sent).to_be_focused()
    expect(sent).to_have_attribute("aria-disabled", "true")
    sent.press("Enter")
    _press(page, "Yes")
    expect(_row(page).get_by_role("status")).to_have_text("")
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    assert [each.verdict for each in given()] == ["wrong", "right"]


def test_the_keyboard_is_enough(page: Page, given: Callable[[], list[Feedback]]) -> None:
    send(page, ANSWERABLE)
    yes = _row(page).get_by_role("button", name="Yes")
    yes.focus()
    expect(yes).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(yes).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(_row(page).get_by_role("button", name="Send feedback")).to_be_focused()
    page.keyboard.press("Enter")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)
    assert [each.verdict for each in given()] == ["right"]


def test_what_fails_is_told_and_can_be_sent_again(page: Page, allowed: list[str]) -> None:
    allowed.append(FAILED_LOAD)
    problem: dict[str, Any] = {"title": "Not taken", "status": 503, "detail": "Make room."}
    page.route(
        "**/v1/feedback",
        lambda route: route.fulfill(
            status=503, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    send(page, ANSWERABLE)
    _press(page, "Yes")
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text("Not taken: Make room.")
    page.unroute("**/v1/feedback")
    _press(page, "Send feedback")
    expect(_row(page).get_by_role("status")).to_have_text(THANKS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_are_large_enough_and_can_be_read(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    send(page, ANSWERABLE)
    _press(page, "No")
    pressed = _row(page).get_by_role("button", name="No", exact=True)
    contrast = pressed.evaluate(
        """(button) => {
          const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3)
            .map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
          const style = getComputedStyle(button);
          const [low, high] = [light(style.color), light(style.backgroundColor)]
            .sort((one, other) => one - other);
          return (high + 0.05) / (low + 0.05);
        }"""
    )
    assert contrast >= 4.5
    for made in [*_row(page).get_by_role("button").all(), _mark(page, 1)]:
        box = made.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
