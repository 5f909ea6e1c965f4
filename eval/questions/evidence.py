"""Expected answers against the documents. In: Questions by line, a Library. Out: Findings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.questions.finding import Finding
from eval.questions.nearest import Near, NearText, nearest_path
from eval.questions.place import occurrences
from eval.questions.question import Expected, Question

_MOST_SUGGESTED = 200  # paths that are compared with all others; more are a wrong index
_SHOWN = 300  # characters of a text in a sentence

_MANY = 50  # quotes of a document, from which on preparing its text saves time

Lined = tuple[int, Question]
Wanted = tuple[int, Question, Expected]


@dataclass(frozen=True, slots=True)
class Library:
    """The documents there are: their paths, and what gives the text of one."""

    paths: Sequence[str]
    text: Callable[[str], str]


def check_evidence(questions: Iterable[Lined], library: Library) -> Iterator[Finding]:
    """Documents that are missing, quotes that are not where they should be.

    Documents are read one after the other, each once.
    """
    wanted: dict[str, list[Wanted]] = defaultdict(list)
    for line, question in questions:
        for expected in dict.fromkeys(question.expected):
            wanted[expected.document].append((line, question, expected))
    held = set(library.paths)
    for number, document in enumerate(sorted(wanted.keys() - held)):
        near = nearest_path(document, library.paths) if number < _MOST_SUGGESTED else None
        for line, identity in dict.fromkeys((line, q.id) for line, q, _ in wanted[document]):
            yield _missing_document(line, identity, document, near)
    for document in sorted(wanted.keys() & held):
        yield from _check_document(library.text(document), wanted[document])


def _missing_document(line: int, identity: str, document: str, near: str | None) -> Finding:
    told = f"the nearest is {near!r}" if near else "`citewell list` names what it holds"
    sentence = f"the index holds no document {document!r}; {told}"
    return Finding(line, identity, "document", "error", sentence)


def _check_document(text: str, wanted: Sequence[Wanted]) -> Iterator[Finding]:
    searched: NearText | None = NearText(text) if len(wanted) > _MANY else None
    for line, question, expected in wanted:
        quote, start = expected.quote, expected.start
        if quote is None or (start is not None and text.startswith(quote, start)):
            continue
        places = searched.occurrences(quote) if searched else occurrences(text, quote)
        if not places:
            searched = searched or NearText(text)
            yield _missing_quote(line, question.id, expected, searched.nearest(quote))
        elif start is not None:
            yield _misplaced(
                line, question.id, expected, min(places, key=lambda place: abs(place - start))
            )
        elif len(places) > 1:
            yield _ambiguous(line, question.id, expected, len(places))


def _missing_quote(line: int, identity: str, expected: Expected, near: Near | None) -> Finding:
    told = "nothing in it is like it"
    if near:
        alike = "but for case and white space" if near.same else f"{int(near.likeness)} % alike"
        told = f"the nearest is {shown(near.text)} at {near.start} ({alike})"
    sentence = f"{shown(expected.quote or '')} is not in {expected.document!r}; {told}"
    return Finding(line, identity, "quote", "error", sentence)


def _misplaced(line: int, identity: str, expected: Expected, nearest: int) -> Finding:
    sentence = (
        f"{shown(expected.quote or '')} is not at {expected.start} in {expected.document!r}; "
        f"the nearest is at {nearest}"
    )
    return Finding(line, identity, "start", "error", sentence)


def _ambiguous(line: int, identity: str, expected: Expected, times: int) -> Finding:
    sentence = (
        f"{shown(expected.quote or '')} stands {times} times in {expected.document!r} and any of "
        "them counts; give its start, or quote more, if one is meant"
    )
    return Finding(line, identity, "ambiguous", "warning", sentence)


def shown(text: str) -> str:
    """A text as a sentence shows it: in quotes, its middle left out when it is long."""
    half = _SHOWN // 2
    return repr(text if len(text) <= _SHOWN else f"{text[:half]} … {text[-half:]}")
