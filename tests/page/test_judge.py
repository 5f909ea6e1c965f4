"""What is judged on the page comes out as a question set; the evaluation report is a link away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eval.measures.summary import summarise
from eval.questions.question import read_questions
from eval.reports.html import page as report
from service.live import LiveEngine
from service.settings import Settings
from tests.eval.reports.runs import RUN
from tests.fakes import LetterEmbedder
from tests.page.conftest import Open
from tests.page.test_page import send
from tests.service.calibrations import calibration_file
from tests.service.corpora import index_of
from tests.service.served import Served

pytestmark = pytest.mark.browser
ASKED = "Who has faced the beef?"
TEXTS = {"1.txt": "Dead Abe has faced the beef.", "2.txt": "Bab faded. Dad fed a cab."}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A service over two texts that always answers, with the report of a run."""
    run = tmp_path / "run"
    run.mkdir()
    (run / "report.html").write_text(report(summarise(RUN)), "utf-8")
    stated = {
        "index": index_of(tmp_path, TEXTS),
        "calibration": calibration_file(tmp_path / "mine"),
        "report": run,
    }
    with Served(LiveEngine(Settings.model_validate(stated), LetterEmbedder())) as running:
        yield running


@pytest.fixture
def opened(served: Served, open_page: Open) -> Page:
    page = open_page()
    page.goto(served.url)
    return page


def _documents(page: Page) -> None:
    page.get_by_role("button", name="Manage documents").click()


def test_feedback_is_saved_as_a_question_set(opened: Page, tmp_path: Path) -> None:
    save = opened.get_by_role("button", name="Save feedback as a question set")
    _documents(opened)
    save.click()
    expect(opened.get_by_text("No feedback tells what is right yet")).to_be_visible()
    opened.keyboard.press("Escape")
    send(opened, ASKED)
    opened.get_by_role("button", name="This answers it: passage 1,").click()
    row = opened.get_by_role("group", name="Feedback on this answer")
    row.get_by_role("button", name="No", exact=True).click()
    row.get_by_role("button", name="Send feedback").click()
    expect(row.get_by_role("status")).to_contain_text("Thank you")
    _documents(opened)
    with opened.expect_download() as downloading:
        save.click()
    expect(opened.get_by_text("Saved feedback-questions.jsonl: 1 question for")).to_be_visible()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    (question,) = read_questions(file)
    assert (file.name, question.question) == ("feedback-questions.jsonl", ASKED)
    assert [(each.document, each.quote) for each in question.expected] == [
        ("1.txt", TEXTS["1.txt"])
    ]


def test_the_report_opens_beside_the_page_and_works_there(opened: Page) -> None:
    _documents(opened)
    with opened.expect_popup() as opening:
        opened.get_by_role("link", name="Evaluation report").click()
    shown = opening.value
    rows = shown.locator("#list tbody tr")
    expect(rows.first).to_be_visible()
    count = rows.count()
    assert count > 2
    shown.locator("#text").fill("no such words")  # its own script is allowed
    expect(rows.locator("visible=true")).to_have_count(0)
    assert shown.evaluate("self.origin") == "null"
    assert shown.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse")


def test_without_a_report_there_is_no_link(page: Page) -> None:
    _documents(page)
    expect(page.get_by_role("button", name="Save feedback as a question set")).to_be_visible()
    expect(page.get_by_role("link", name="Evaluation report")).to_have_count(0)
