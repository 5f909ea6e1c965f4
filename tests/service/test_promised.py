"""What docs/clients.md promises to programs is kept."""

import pytest

from index.filter import DocumentFilter
from index.passage import Span, stable_id
from service.asking.chosen import answer_id
from service.citing.reference import reference_to
from tests.service.promised import broken, given_out, made_now


@pytest.fixture(scope="module")
def now() -> list[str]:
    """What the application says now."""
    return made_now()


def test_what_was_given_out_is_kept(now: list[str]) -> None:
    assert broken(given_out(), now) == []


def test_what_is_new_was_given_out(now: list[str]) -> None:
    new = set(now) - set(given_out())
    assert new == set(), "python -m tests.service.promised adds them to promised.txt"


@pytest.mark.parametrize(
    ("lost", "instead"),
    [
        ("ask is POST /v1/ask", "ask is POST /v1/asked"),
        ("ask answers 200 application/json: Response", None),
        ("ask_batch answers 200 application/json: BatchAnswers", None),
        ("list_documents takes query limit: integer", "list_documents takes query most: integer"),
        ("AskRequest.top_k: integer", "AskRequest.top_k: string"),
        ("Answer.verdict: string answered/not_found", "Answer.verdict: string answered/no/maybe"),
        ("Answer.text: null or string", "Answer.text: null or object or string"),
        ("CitedPassage.end: integer", None),
        ("FeedbackRequest.verdict takes wrong", None),
        ("Order takes -date", None),
        ("Problem.detail: string", None),
        ("DocumentList.next: null or string", None),
    ],
)
def test_what_is_lost_is_told(now: list[str], lost: str, instead: str | None) -> None:
    changed = [line for line in now if line != lost] + ([instead] if instead else [])
    assert broken(given_out(), changed) == [lost]


def test_what_is_needed_besides_is_told(now: list[str]) -> None:
    more = ["AskRequest.color: string needed", "list_documents takes query color: string needed"]
    assert broken(given_out(), [*now, *more]) == more
    assert broken(given_out(), [*now, "New.color: string needed", "Answer.color: string"]) == []


def test_ids_are_those_that_were_given_out() -> None:
    # The digits are those of `sha256sum` of the path, and of the text.
    assert stable_id("d", "leases/garden.txt") == "d_9c2f0f48316d735f"
    cited = reference_to("d_9c2f0f48316d735f", Span(4, 9), "lease")
    assert cited.id == "p_9c2f0f48316d735f_4_9_b544a7686d118668"
    only = DocumentFilter(path=("*.txt",))
    assert answer_id("0" * 64, "Why?", 5, None, None) == "a_723a0ef5ce454943"
    assert answer_id("0" * 64, "Why?", 5, None, only) == "a_7f68a08e16ed9576"
