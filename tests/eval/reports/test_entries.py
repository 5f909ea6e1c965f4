"""Only the worst questions show passages, and no passage is left out unsaid."""

from dataclasses import replace

from eval.measures.measure import judge
from eval.questions.place import Place
from eval.reports.entries import WITH_PASSAGES, Entry, entries, spans_in
from eval.reports.rows import worst_first
from eval.runs.record import Record
from index.passage import Span
from service.answer import Quote
from tests.eval.reports.runs import FIRST, GOOD, LATE, SECOND, TEXT, asked, failed


def _entries(*records: Record) -> list[Entry]:
    rows = worst_first(judge(records))
    tags = sorted({tag for each in records for tag in each.question.tags})
    return list(entries(rows, tags))


def test_expected_text_is_marked_in_passages_and_quotes() -> None:
    (entry,) = _entries(GOOD)
    assert entry.passages is not None
    first, second = entry.passages
    assert (first.found, second.found) == (True, False)
    assert [(run.outer, run.pieces[0].text) for run in first.runs] == [(True, TEXT[:16])]
    assert first.runs[0].pieces[0].inner
    assert [run.outer for run in second.runs] == [False]
    assert entry.quotes[0].found


def test_the_first_five_are_shown_and_the_one_that_holds_it() -> None:
    deep = asked("deep", FIRST, [SECOND] * 7 + [FIRST] + [SECOND] * 2)
    (entry,) = _entries(deep)
    assert entry.passages is not None
    assert [passage.rank for passage in entry.passages] == [1, 2, 3, 4, 5, 8]
    assert entry.left_out == 4


def test_beyond_the_worst_there_are_none() -> None:
    many = _entries(*(asked(str(n), FIRST, [FIRST]) for n in range(WITH_PASSAGES + 1)))
    assert all(entry.passages for entry in many[:-1])
    assert many[-1].passages is None


def test_too_much_text_is_left_out() -> None:
    long = "a" * 800_000
    small = asked("small", (0, 9), [(0, 9)], text=long)
    big = [asked(str(n), (0, 9), [(20, 800_000)], text=long) for n in range(2)]
    found = {e.row.record.question.id: e.passages for e in _entries(*big, small)}
    assert (bool(found["0"]), found["1"], found["small"]) == (True, None, None)


def test_tags_are_numbers() -> None:
    assert [entry.tags for entry in _entries(GOOD, LATE)] == ["1 0", "1 0"]


def test_a_quote_that_cites_no_passage_is_told() -> None:
    assert GOOD.response is not None
    answer = replace(GOOD.response.answer, quotes=(Quote("Aaa", 9, 0, 3),))
    (entry,) = _entries(replace(GOOD, response=replace(GOOD.response, answer=answer)))
    assert entry.quotes[0].path == "cites no passage"


def test_a_failed_question_has_neither() -> None:
    (entry,) = _entries(failed("a", FIRST))
    assert (entry.quotes, entry.passages, entry.left_out) == ((), (), 0)


def test_spans_are_those_of_the_document() -> None:
    places = (
        Place("a", (Span(0, 1), Span(4, 5))),
        Place("b", (Span(2, 3),)),
        Place("a", ()),
    )
    assert spans_in(places, "a") == [Span(0, 1), Span(4, 5)]
