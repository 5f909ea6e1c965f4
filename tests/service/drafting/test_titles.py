"""What documents are called in questions."""

import pytest

from service.drafting.titles import Titles


@pytest.mark.parametrize(
    ("title", "known", "unknown"),
    [
        ("Stone Bridge", "Stone Bridge", ""),
        ("Notes", "", ""),
        ("Paper Mill", "Paper Mill", "Paper Mill"),
        ("000_ff22eedb3fb81119", "", ""),
        ("2024-11-23", "", ""),
    ],
)
def test_a_title_names_one_document(title: str, known: str, unknown: str) -> None:
    titles = Titles(["Stone Bridge", "notes", "Notes"])
    assert (titles.of(title), titles.unknown(title)) == (known, unknown)
