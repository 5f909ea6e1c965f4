"""What was cited is found again in the index of the moment, or said to be unknown."""

from pathlib import Path

import numpy as np
import pytest

from index.generation import Index, open_index
from index.passage import Span
from index.split import Splitter
from service.asking.previous import Previous
from service.asking.query import lean_on, make_query
from service.citing.earlier import Cited, find_cited, understood_query
from service.citing.reference import reference_to
from service.errors import QuestionInvalid
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of

LETTERS = LetterEmbedder()
EACH_SENTENCE = Splitter(target_tokens=1, run_on_tokens=100, overlap_tokens=0)
TEXT = "Aa bb. Cc dd. Ee ff. Gg."


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return open_index(index_of(tmp_path, {"1.txt": "Hh.", "2.txt": TEXT}, EACH_SENTENCE))


def _id(index: Index, start: int, end: int, text: str | None = None) -> str:
    """The id of a run of the second document, as if its text had been this."""
    document = index.texts.documents()[1].id
    return reference_to(document, Span(start, end), text or TEXT[start:end]).id


def test_a_citation_touches_the_passages_it_was_cut_from(index: Index) -> None:
    one, several = _id(index, 7, 13), _id(index, 3, 17)
    assert find_cited(index.texts, [one]) == Cited((one,), (), (2,))
    assert find_cited(index.texts, [several, one]) == Cited((several, one), (), (1, 2, 3))


def test_an_id_counts_once(index: Index) -> None:
    one = _id(index, 7, 13)
    assert find_cited(index.texts, [one, one]) == Cited((one,), (), (2,))


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(7, 13, "Cc ee."), (18, 99, "Gg."), (21, 25, "Gg."), (90, 99, "Gg."), (0, 10**11, TEXT)],
)
def test_what_has_changed_is_unknown(index: Index, start: int, end: int, text: str) -> None:
    changed = _id(index, start, end, text)
    assert find_cited(index.texts, [changed]) == Cited((), (changed,), ())


def test_a_document_that_is_gone_is_unknown(index: Index) -> None:
    gone = reference_to("d_0123456789abcdef", Span(0, 1), "A").id
    one = _id(index, 7, 13)
    assert find_cited(index.texts, [gone, one]) == Cited((one,), (gone,), (2,))


def test_without_a_previous_question_the_query_is_the_question(index: Index) -> None:
    query, understood = understood_query("And why?", None, index, LETTERS)
    assert understood is None
    assert repr(query) == repr(make_query("And why?", index, LETTERS))


def test_a_question_that_leans_is_searched_with_the_earlier_one(index: Index) -> None:
    cited, gone = _id(index, 7, 13), _id(index, 7, 13, "x")
    previous = Previous("Aa bb?", (gone, cited))
    query, understood = understood_query("And why?", previous, index, LETTERS)
    earlier = make_query("Aa bb?", index, LETTERS)
    expected = lean_on(make_query("And why?", index, LETTERS), earlier, (2,))
    assert repr(query) == repr(expected)
    assert understood is not None
    assert (understood.question, understood.leans) == ("Aa bb? And why?", True)
    assert (understood.citations_used, understood.citations_unknown) == ((cited,), (gone,))


def test_a_question_that_stands_alone_uses_nothing(index: Index) -> None:
    cited, gone = _id(index, 7, 13), _id(index, 7, 13, "x")
    question = "Who keeps the ee ff?"
    previous = Previous("Aa bb?", (gone, cited))
    query, understood = understood_query(question, previous, index, LETTERS)
    alone = make_query(question, index, LETTERS)
    assert repr(query) == repr(alone)
    np.testing.assert_array_equal(query.vector, alone.vector)
    assert understood is not None
    assert (understood.question, understood.leans) == (question, False)
    assert (understood.citations_used, understood.citations_unknown) == ((), (gone,))


@pytest.mark.parametrize(
    ("previous", "field", "detail"),
    [
        (Previous(" "), "previous.question", "is empty"),
        (Previous("a" * 2001), "previous.question", "has 2001 characters"),
        (Previous("a\x00"), "previous.question", "NUL"),
        (Previous("a", ("p_1",)), r"previous\.citations\.0", "is no id of a passage"),
        (
            Previous("a", (f"p_{'0' * 16}_0_1_{'0' * 16}", "")),
            r"previous\.citations\.1",
            "is no id of a passage",
        ),
        (Previous("a", ("x",) * 11), "previous.citations", "holds 11 ids; 10 are the most"),
    ],
)
def test_what_cannot_have_been_asked_is_refused(
    index: Index, previous: Previous, field: str, detail: str
) -> None:
    with pytest.raises(QuestionInvalid, match=f"^{field}: .*{detail}"):
        understood_query("Why?", previous, index, LETTERS)
