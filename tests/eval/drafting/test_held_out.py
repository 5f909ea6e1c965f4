"""Questions of documents that the index does not hold."""

from pathlib import Path
from random import Random

import pytest

from eval.drafting.held_out import HeldOut, is_absent
from index.errors import SourceMissing
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from tests.service.drafting.town import TOWN

NEW = (
    "Baker Emil Horn opened the oven house in 1933 with a loan of 75 crowns.\n\n"
    "Visitors enter the grammar school by the western gate beside the lime trees of Agnes Falk.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "oven.txt").write_text(NEW, "utf-8")
    (tmp_path / "copy.md").write_bytes(TOWN["mill.md"].encode())
    (tmp_path / "empty.txt").write_text("", "utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    return tmp_path


def test_only_what_the_index_does_not_hold_is_asked(town: Corpus, folder: Path) -> None:
    held = HeldOut(folder, town)
    drafts = held.drafts(files=9, most=9, random=Random(1))
    assert {draft.question for draft in drafts} == {
        "What is missing here: “Baker Emil Horn opened the oven house in ____ with a loan of 75 "
        "crowns.”?",
        "What does “oven” say about Baker Emil Horn?",
    }
    assert not any(draft.answerable for draft in drafts)


def test_what_is_left_out_is_named(town: Corpus, folder: Path) -> None:
    held = HeldOut(folder, town)
    held.drafts(files=9, most=9, random=Random(1))
    assert sorted(held.left_out) == [
        "copy.md left out: the index holds it, as mill.md",
        "empty.txt left out: it holds no text",
        "oven.txt: 1 of 3 held-out questions left out, because the index may answer them",
        "photo.jpg left out: it is of a format that is not read",
    ]


def test_a_folder_that_is_not_there_is_an_error(town: Corpus, tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="does not exist"):
        HeldOut(tmp_path / "none", town)


@pytest.mark.parametrize(
    ("kind", "quote", "about", "absent"),
    [
        ("entity", "Emil Horn came.", "Emil Horn", True),
        ("entity", "Clara Voss came by oven.", "Clara Voss", False),
        ("cloze", "Clara Voss tended ovens.", "Clara tended ovens and crowns", True),
        ("cloze", "x", "the miller Hugo sold the paper mill to bakers", False),
        ("heading", "Greek lessons began", "Ovens", False),  # the quote is there
    ],
)
def test_absence_is_looked_up(
    town: Corpus, kind: str, quote: str, about: str, absent: bool
) -> None:
    assert is_absent(Draft(kind, "?", "a.txt", 0, quote, about=about), town) is absent
