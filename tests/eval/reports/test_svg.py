"""A drawing becomes inline SVG without styles, colours of its own or ids that collide."""

import re
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure

from eval.reports.svg import Ink, inline_svg


def _figure() -> Figure:
    figure = Figure(figsize=(2, 2))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], "o", color=Ink.GOOD)
    axes.hist([0.1, 0.2], color=Ink.BAD)
    axes.set_xlabel('a < b & "c"', color=Ink.LINE)
    return figure


@pytest.fixture(scope="module")
def drawn() -> str:
    return inline_svg(_figure(), "one", 'what it shows: "a" < b')


def test_nothing_is_styled_inline_or_loaded(drawn: str) -> None:
    assert "style" not in drawn
    assert not re.search(r"https?:|xmlns|<script|<metadata|font-family", drawn)
    assert set(re.findall(r'href="([^"]*)"', drawn)) <= {
        f"#{found}" for found in re.findall(r' id="([^"]*)"', drawn)
    }


def test_inks_are_classes(drawn: str) -> None:
    assert not any(ink.value in drawn for ink in Ink)
    assert {"fill-good", "fill-bad", "fill-line"} <= set(
        re.findall(r"(?:fill|stroke)-[a-z]+", drawn)
    )


def test_what_it_shows_is_told(drawn: str) -> None:
    root = ET.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'what it shows: "a" < b'
    assert 'a < b & "c"' in [text.text for text in root.iter("text")]


def test_equal_figures_are_equal_and_ids_differ_by_name(drawn: str) -> None:
    assert inline_svg(_figure(), "one", 'what it shows: "a" < b') == drawn
    other = inline_svg(_figure(), "two", "")
    ids = [set(re.findall(r' id="([^"]*)"', each)) for each in (drawn, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
