"""Documents and quotes of questions are held against the texts there are."""

from collections.abc import Sequence

import pytest

from eval.questions.evidence import Library, check_evidence, shown
from eval.questions.finding import Finding
from eval.questions.question import Expected, Question

TEXTS = {
    "a.txt": "one two one two three four five",
    "d/house.md": "😀 The caretaker has all keys.",
}
LIBRARY = Library(sorted(TEXTS), TEXTS.__getitem__)


def _asked(*expected: Expected, identity: str = "q1") -> Question:
    return Question(id=identity, question="Which?", answerable=True, expected=expected)


def _expected(document: str, quote: str | None = None, start: int | None = None) -> Expected:
    return Expected(document=document, quote=quote, start=start)


@pytest.mark.parametrize(
    "expected",
    [
        _expected("a.txt"),
        _expected("a.txt", "three"),
        _expected("a.txt", "two", 4),
        _expected("a.txt", "two", 12),
        _expected("d/house.md", "The", 2),  # code points
    ],
)
def test_what_stands_there_is_not_told(expected: Expected) -> None:
    assert list(check_evidence([(3, _asked(expected))], LIBRARY)) == []


@pytest.mark.parametrize(
    ("expected", "kind", "sentence"),
    [
        (
            _expected("house.md", "keys"),
            "document",
            "the index holds no document 'house.md'; the nearest is 'd/house.md'",
        ),
        (
            _expected("quite/else.pdf"),
            "document",
            "the index holds no document 'quite/else.pdf'; `citewell list` names what it holds",
        ),
        (
            _expected("a.txt", "three fuor"),
            "quote",
            "'three fuor' is not in 'a.txt'; the nearest is 'three four' at 16 (90 % alike)",
        ),
        (
            _expected("d/house.md", "the Caretaker", 5),
            "quote",
            "'the Caretaker' is not in 'd/house.md'; the nearest is 'The caretaker' at 2 "
            "(but for case and white space)",
        ),
        (
            _expected("a.txt", "QQQQ ZZZZ"),
            "quote",
            "'QQQQ ZZZZ' is not in 'a.txt'; nothing in it is like it",
        ),
        (
            _expected("a.txt", "two", 11),
            "start",
            "'two' is not at 11 in 'a.txt'; the nearest is at 12",
        ),
        (
            _expected("a.txt", "two", 900),
            "start",
            "'two' is not at 900 in 'a.txt'; the nearest is at 12",
        ),
    ],
)
def test_what_is_not_there_is_an_error_with_the_nearest(
    expected: Expected, kind: str, sentence: str
) -> None:
    found = list(check_evidence([(3, _asked(expected))], LIBRARY))
    assert found == [Finding(3, "q1", kind, "error", sentence)]


def test_a_quote_that_stands_twice_is_a_warning() -> None:
    (found,) = check_evidence([(3, _asked(_expected("a.txt", "one two")))], LIBRARY)
    assert (found.kind, found.level) == ("ambiguous", "warning")
    assert found.sentence.startswith("'one two' stands 2 times in 'a.txt' and any of them counts")


def test_each_question_is_told_of_each_missing_thing_once() -> None:
    twice = [_expected("b.txt", "x"), _expected("b.txt", "y"), *[_expected("a.txt", "thrce")] * 2]
    asked = [(1, _asked(*twice)), (2, _asked(_expected("b.txt"), identity="q2"))]
    found = [(f.line, f.id, f.kind) for f in check_evidence(asked, LIBRARY)]
    assert found == [(1, "q1", "document"), (2, "q2", "document"), (1, "q1", "quote")]


def test_a_document_is_read_once_and_one_that_is_not_quoted_never() -> None:
    read: list[str] = []

    def text(path: str) -> str:
        read.append(path)
        return TEXTS[path]

    asked = [(n, _asked(_expected("a.txt", "three"))) for n in range(80)]
    assert list(check_evidence(asked, Library(sorted(TEXTS), text))) == []
    assert read == ["a.txt"]


def _kinds(found: Sequence[Finding]) -> list[tuple[int | None, str]]:
    return [(each.line, each.sentence) for each in found]


def test_many_quotes_of_a_long_text_are_told_as_each_alone() -> None:
    """From some number on the text is prepared; what is found is the same."""
    text = " ".join(f"word{n % 700} and" for n in range(3_000))
    library = Library(["long.txt"], lambda _path: text)
    quotes = [f"word{n} and word{n + (n % 3 == 0)} and" for n in range(90)]
    starts = [n if n % 5 == 0 else None for n in range(90)]
    asked = [
        (n, _asked(_expected("long.txt", quote, start)))
        for n, (quote, start) in enumerate(zip(quotes, starts, strict=True))
    ]
    together = list(check_evidence(asked, library))
    alone = [found for each in asked for found in check_evidence([each], library)]
    assert _kinds(together) == _kinds(alone)
    assert {found.kind for found in together} == {"quote", "ambiguous", "start"}


def test_a_long_text_is_shown_by_both_ends() -> None:
    assert shown("a'b") == '"a\'b"'
    assert shown("a" * 300) == repr("a" * 300)
    assert shown("a" * 200 + "b" * 200) == repr("a" * 150 + " … " + "b" * 150)
