"""The colours of theme.css: each pair of text and ground by WCAG 2.2's formula, in every mode."""

import re
from pathlib import Path

import pytest

from tests.page.test_page import PAGE_FILES

DARK, MORE = "prefers-color-scheme: dark", "prefers-contrast: more"
MODES = {"light": set(), "dark": {DARK}, "light, more": {MORE}, "dark, more": {DARK, MORE}}
TEXT = ("ink", "soft", "accent", "warn", "good")
GROUNDS = ("ground", "raised", "tint", "passage", "warn-ground")
_RULE = re.compile(r"(?:@media ([^{]*)\{\s*)?:root \{([^}]*)\}")


def _colours(mode: set[str]) -> dict[str, str]:
    """The colours that hold in a mode: of the rules whose conditions are met, the last."""
    colours: dict[str, str] = {}
    for stated, body in _RULE.findall((PAGE_FILES / "theme.css").read_text("utf-8")):
        if set(re.findall(r"\(([^)]*)\)", stated)) <= mode:
            colours |= re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body)
    return colours


def _light(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_what_wcag_says() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("mode", MODES)
def test_text_can_be_read_on_every_ground(mode: str) -> None:
    colours = _colours(MODES[mode])
    least = 7 if MORE in MODES[mode] else 4.5
    pairs = [(text, ground) for text in TEXT for ground in GROUNDS]
    pairs += [("on-accent", "accent"), ("strong-ink", "strong")]
    poor = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < least} == {}
    for edge in ("edge", "accent"):
        assert contrast(colours[edge], colours["ground"]) >= 3
        assert contrast(colours[edge], colours["raised"]) >= 3


def test_modes_differ_and_name_the_same_colours() -> None:
    told = [_colours(mode) for mode in MODES.values()]
    assert len({tuple(sorted(colours.items())) for colours in told}) == 4
    assert len({frozenset(colours) for colours in told}) == 1


@pytest.mark.parametrize("sheet", sorted(PAGE_FILES.glob("*.css")), ids=lambda file: file.name)
def test_colours_stand_in_the_theme_alone(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    values = re.findall(r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\()", rules)
    assert bool(values) == (sheet.name == "theme.css")
    known = _colours(set())
    used = set(re.findall(r"var\(--(ground|raised|ink|soft|line|edge|accent|tint)", rules))
    assert used <= set(known)
