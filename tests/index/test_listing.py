"""Lists of documents: sorted, filtered, and page by page while documents come and go."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import FilterInvalid
from index.filter import DocumentFilter
from index.library import Texts
from index.listing import Order, Page, list_page
from index.passage import Document
from index.texts import SegmentTexts
from tests.index.divided import divide, divisions
from tests.index.texts_made import write_texts


@dataclass(frozen=True)
class Made:
    path: str
    date: str | None
    length: int


made = st.builds(
    Made,
    st.text("abÄ/é0", min_size=1, max_size=3),
    st.sampled_from([None, "0999-01-01", "2024-01-01", "2024-02-01"]),
    st.integers(1, 3),
)
libraries = st.lists(made, max_size=9, unique_by=lambda each: each.path)
orders = st.sampled_from(list(Order))


@contextmanager
def _library(documents: Sequence[Made], cuts: Sequence[float] = ()) -> Iterator[Texts]:
    with TemporaryDirectory() as folder:
        files = []
        for number, part in enumerate(divide(documents, cuts)):
            files.append(Path(folder) / f"{number}.sqlite")
            write_texts(files[-1], [_document(each) for each in part], [])
        texts = Texts([SegmentTexts(file) for file in files])
        try:
            yield texts
        finally:
            texts.close()


def _document(each: Made) -> Document:
    text = "a" * each.length
    return Document(
        f"d_{each.path}", each.path, "", "text/plain", "0" * 64, text, (), (), each.date, ()
    )


def _sorted(documents: Sequence[Made], order: Order) -> list[str]:
    """As one would say it: by the value, then by path, and all of it turned round."""
    by = order.removeprefix("-")
    values = {
        each.path: {"path": "", "date": each.date or "", "size": each.length} for each in documents
    }
    found = sorted(documents, key=lambda each: (values[each.path][by], each.path))
    paths = [each.path for each in found]
    return paths[::-1] if order.startswith("-") else paths


@settings(max_examples=60, deadline=None)
@given(libraries, divisions(), orders, st.integers(1, 4))
def test_pages_give_every_document_once_in_order(
    documents: list[Made], cuts: list[float], order: Order, limit: int
) -> None:
    with _library(documents, cuts) as texts:
        found: list[str] = []
        cursor = None
        while True:
            listing = list_page(texts, None, Page(order, limit, 0, cursor))
            assert listing.total == len(documents)
            found += [facts.path for facts in listing.documents]
            cursor = listing.cursor
            if cursor is None:
                break
            assert len(listing.documents) == limit
        assert found == _sorted(documents, order)
        offset = list_page(texts, None, Page(order, limit, 2))
        assert [facts.path for facts in offset.documents] == found[2 : 2 + limit]
        assert [facts.path for facts in list_page(texts, None, Page(order)).documents] == found


@settings(max_examples=60, deadline=None)
@given(libraries, libraries, orders)
def test_a_list_goes_on_behind_what_it_ended_with(
    before: list[Made], after: list[Made], order: Order
) -> None:
    with _library(before) as texts:
        first = list_page(texts, None, Page(order, 1))
    if first.cursor is None:
        return
    (last,) = [each for each in before if each.path == first.documents[0].path]
    changed = [each for each in after if each.path != last.path]
    with _library(changed) as texts:
        rest = list_page(texts, None, Page(order, None, 0, first.cursor)).documents
    whole = _sorted([*changed, last], order)
    assert [facts.path for facts in rest] == whole[whole.index(last.path) + 1 :]


def test_only_what_the_filter_leaves_is_listed_and_counted() -> None:
    documents = [Made(f"{folder}/{n}", None, n + 1) for folder in "ab" for n in range(3)]
    with _library(documents, [0.5]) as texts:
        listing = list_page(texts, DocumentFilter(path=("b/*",)), Page(Order.SIZE_BACK, 2))
        assert [facts.path for facts in listing.documents] == ["b/2", "b/1"]
        assert listing.total == 3
        rest = list_page(
            texts, DocumentFilter(path=("b/*",)), Page(Order.SIZE_BACK, 2, 0, listing.cursor)
        )
        assert ([facts.path for facts in rest.documents], rest.cursor) == (["b/0"], None)
        with pytest.raises(FilterInvalid, match=r"documents\.0: is no id of a document of this"):
            list_page(texts, DocumentFilter(documents=("d",)))
        beyond = list_page(texts, None, Page(Order.PATH, 2, 100))
        assert (beyond.documents, beyond.total, beyond.cursor) == ([], 6, None)


def _coded(stated: object) -> str:
    return urlsafe_b64encode(json.dumps(stated).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "abc",
        "é",
        "!!!!",
        "\ud800",
        urlsafe_b64encode(b"\xff").decode(),
        urlsafe_b64encode(b"[" * 20_000).decode(),
        urlsafe_b64encode(b"9" * 5_000).decode(),
        _coded(None),
        _coded(["date", "", "a"]),
        _coded(["path", 1, "a"]),
        _coded(["path", "", 1]),
        _coded(["path", ""]),
        _coded({"path": ""}),
    ],
)
def test_a_cursor_that_was_not_given_is_refused(cursor: str) -> None:
    with (
        _library([Made("a", None, 1)]) as texts,
        pytest.raises(FilterInvalid, match="cursor: is none that the list sorted by path has giv"),
    ):
        list_page(texts, None, Page(cursor=cursor))


@pytest.mark.parametrize("value", ["1", True, None, 1.0])
def test_a_cursor_of_sizes_holds_a_number(value: object) -> None:
    with (
        _library([Made("a", None, 1)]) as texts,
        pytest.raises(FilterInvalid, match="cursor: is none that the list sorted by size has giv"),
    ):
        list_page(texts, None, Page(Order.SIZE, cursor=_coded(["size", value, "a"])))
