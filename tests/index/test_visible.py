"""Control characters are shown, not obeyed."""

import pytest

from index.visible import in_cell, on_one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31m", "a␀b␛[31m"),
        ("a\x7fb\x9b31m", "a\ufffdb\ufffd31m"),
        ("tab\tline\nreturn\r", "tab\tline\nreturn\r"),
        ("ä 😀 \u202e", "ä 😀 \u202e"),
    ],
)
def test_controls_become_signs(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_on_one_line() -> None:
    assert on_one_line(" a\n\tb\x00 ") == "a b␀"


def test_in_a_cell() -> None:
    assert in_cell("a|b\n\x1b|") == "a\\|b ␛\\|"
