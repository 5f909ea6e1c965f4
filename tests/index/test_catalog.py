"""Which documents fulfil a condition, against a look at each of them."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Catalog, Labelled
from index.filter import DocumentFilter

names = st.sampled_from(["a.txt", "b/a.txt", "b/c/a.md", "B/A.TXT", "ä.txt", "[a].txt"])
days = st.sampled_from(["0999-12-31", "2024-01-01", "2024-01-02", "2024-12-31", "9999-12-31"])
tags = st.sampled_from(["a", "b", "A", "Ä", "a\u0308", "a b"])
labelled = st.builds(
    lambda number, path, day, held: Labelled(f"d_{number}", path, number, day, tuple(held)),
    st.integers(0, 9),
    names,
    st.none() | days,
    st.lists(tags, max_size=3),
)
documents = st.lists(labelled, max_size=8, unique_by=lambda each: each.id)
patterns = st.sampled_from(["*", "a*", "b/*", "*/*", "?.txt", "[ab]*", "[!b]*", "[[]a*", "B*", "["])
filters = st.builds(
    DocumentFilter,
    st.none() | st.lists(st.sampled_from(["d_0", "d_1", "d_7"]), min_size=1).map(tuple),
    st.none() | st.lists(patterns, min_size=1, max_size=3).map(tuple),
    st.none() | st.lists(tags, min_size=1, max_size=2).map(tuple),
    st.none() | days,
    st.none() | days,
)
FOLDED = {"a": "a", "b": "b", "A": "a", "Ä": "ä", "a\u0308": "ä", "a b": "a b"}


def _fulfils(each: Labelled, asked: DocumentFilter) -> dict[str, bool]:
    held = {FOLDED[tag] for tag in each.tags}
    found = {}
    if asked.documents is not None:
        found["documents"] = each.id in asked.documents
    if asked.path is not None:
        found["path"] = any(fnmatchcase(each.path, pattern) for pattern in asked.path)
    if asked.tags is not None:
        found["tags"] = all(FOLDED[tag] in held for tag in asked.tags)
    if asked.date_from or asked.date_before:
        found["date"] = (
            each.date is not None
            and (asked.date_from is None or each.date >= asked.date_from)
            and (asked.date_before is None or each.date < asked.date_before)
        )
    return found


@given(documents, filters)
def test_conditions_are_those_of_a_look_at_each(
    held: list[Labelled], asked: DocumentFilter
) -> None:
    found = {name: marks.tolist() for name, marks in Catalog(held).conditions(asked)}
    each = [_fulfils(one, asked) for one in held]
    assert found == {name: [one[name] for one in each] for name in found}
    assert set(found) == set(_fulfils(Labelled("", "", 0, None, ()), asked))


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [("a*", True), ("A*", False), ("*.txt", True), ("a/b/?.txt", True), ("a/?.txt", False)],
)
def test_a_star_takes_in_slashes_and_case_counts(pattern: str, matched: bool) -> None:
    catalog = Catalog([Labelled("d", "a/b/c.txt", 1, None, ())])
    ((_, marks),) = catalog.conditions(DocumentFilter(path=(pattern,)))
    assert marks.tolist() == [matched]


def test_a_pattern_made_to_take_long_does_not() -> None:
    held = [Labelled("d", "a" * 1000 + "b", 1, None, ())]
    ((_, marks),) = Catalog(held).conditions(DocumentFilter(path=("*a" * 40 + "*c",)))
    assert marks.tolist() == [False]
