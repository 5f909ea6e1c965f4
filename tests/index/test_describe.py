"""The shape of texts, by hand. What else a manifest says is tested where it is built."""

import pytest

from index.describe import text_form
from index.manifest import TextForm


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        ([], TextForm(capitals=0, digits=0, marks=0, function_words=0)),
        ([""], TextForm(capitals=0, digits=0, marks=0, function_words=0)),
        # 12 letters, 3 of them capitals; 20 characters, 4 of them digits; 4 words
        (
            ["AbC Def 1234! ghijkl"],
            TextForm(capitals=0.25, digits=0.2, marks=0.25, function_words=0),
        ),
        # 14 letters, 1 capital; 6 words, 3 of them function words, over two texts
        (
            ["The end of it", "to be"],
            TextForm(capitals=0.0714, digits=0, marks=0, function_words=0.5),
        ),
        (["這是。"], TextForm(capitals=0, digits=0, marks=1, function_words=0)),
    ],
)
def test_text_form(texts: list[str], form: TextForm) -> None:
    assert text_form(texts) == form
