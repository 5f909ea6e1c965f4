"""Filters: what can be meant, and when two mean the same."""

import pytest

from index.errors import FilterInvalid
from index.filter import LONGEST_PATTERN, MOST_DOCUMENTS, DocumentFilter, check_filter

LOW = "\udc00"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (DocumentFilter(documents=()), "documents: is empty; name one at least, or leave it out"),
        (DocumentFilter(path=()), "path: is empty; name one"),
        (DocumentFilter(tags=()), "tags: is empty; name one"),
        (DocumentFilter(path=("a", "")), "path.1: is empty; leave it out"),
        (DocumentFilter(documents=("d",) * 501), "documents: holds 501; 500 are the most"),
        (DocumentFilter(path=("a",) * 21), "path: holds 21; 20 are the most"),
        (DocumentFilter(tags=("a",) * 21), "tags: holds 21; 20 are the most"),
        (DocumentFilter(path=("a" * 501,)), "path.0: has 501 characters; 500 are the most"),
        (DocumentFilter(tags=("a" * 101,)), "tags.0: has 101 characters; 100 are the most"),
        (DocumentFilter(documents=("a" * 65,)), "documents.0: has 65 characters; 64 are the most"),
        (DocumentFilter(tags=(f"a{LOW}",)), "tags.0: holds half of a surrogate pair"),
        (DocumentFilter(documents=(LOW,)), "documents.0: holds half of a surrogate pair"),
        *(
            (DocumentFilter(date_from=day), "date_from: is no day of the calendar; write it as Y")
            for day in ("", "2023-02-29", "20240101", "2024-W01-1", "2024-1-1", "2024-01-01 ", LOW)
        ),
        (DocumentFilter(date_before="0000-01-01"), "date_before: is no day of the calendar"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_field(asked: DocumentFilter, told: str) -> None:
    with pytest.raises(FilterInvalid, match=told) as caught:
        check_filter(asked)
    assert str(caught.value) == f"{caught.value.field}: {caught.value.detail}"


@pytest.mark.parametrize(
    "asked",
    [
        DocumentFilter(),
        DocumentFilter(
            documents=("d",) * MOST_DOCUMENTS, path=("[z-a]", "[", "a" * LONGEST_PATTERN)
        ),
        DocumentFilter(tags=("\u200b", " "), date_from="2024-02-29", date_before="2024-02-29"),
        DocumentFilter(date_from="0001-01-01", date_before="9999-12-31"),
    ],
)
def test_all_else_can_be_meant(asked: DocumentFilter) -> None:
    check_filter(asked)


def test_what_means_the_same_has_one_identity() -> None:
    first = DocumentFilter(("b", "a"), ("x*", "y"), ("Ä  c", "b"), "2024-01-01")
    second = DocumentFilter(("a", "b", "a"), ("y", "x*"), ("B", "a\u0308 C"), "2024-01-01")
    assert first.identity == second.identity
    assert DocumentFilter().identity == ""


def test_what_means_something_else_has_another_identity() -> None:
    filters = [
        DocumentFilter(documents=("a",)),
        DocumentFilter(path=("a",)),
        DocumentFilter(path=("A",)),
        DocumentFilter(path=("a", "b")),
        DocumentFilter(path=('a", "b',)),
        DocumentFilter(tags=("a",)),
        DocumentFilter(date_from="2024-01-01"),
        DocumentFilter(date_before="2024-01-01"),
        DocumentFilter(tags=("a",), date_before="2024-01-01"),
        DocumentFilter(),
    ]
    assert len({each.identity for each in filters}) == len(filters)
