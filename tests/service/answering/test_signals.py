"""The signals that the confidence rests on, by hand on a corpus of letters."""

from math import log, sqrt
from pathlib import Path

import pytest

from service.answering.signals import SIGNALS, scarcity
from tests.service.corpora import emptied, engine_of

TEXTS = {"a.txt": "Aaa bbb. Ccc ddd eee. Fff Ggg.", "b.txt": "Hhh bab. Dead beef faced."}


def signals(root: Path, question: str, texts: dict[str, str] = TEXTS) -> dict[str, float]:
    return engine_of(root, texts).ask(question).answer.signals


def test_there_is_one_of_each(tmp_path: Path) -> None:
    assert tuple(signals(tmp_path, "bbb?")) == SIGNALS


@pytest.mark.parametrize(
    ("question", "named", "known"),
    [
        ("what of bbb?", 1.0, 1.0),
        ("what of Ggg?", 1.0, 1.0),
        ("what is it of Ggg and of Hhh then?", 0.5, 1.0),  # no passage holds both
        ("what is it of Ggg and of Zzz then?", 0.5, 0.5),
        ("what of Zzz?", 0.0, 0.0),
    ],
)
def test_names(tmp_path: Path, question: str, named: float, known: float) -> None:
    found = signals(tmp_path, question)
    assert (found["named"], found["known"]) == (named, known)


def test_digits_make_a_year_possible(tmp_path: Path) -> None:
    question = "In what year was bbb?"
    assert signals(tmp_path / "without", question)["possible"] == 0
    with_digits = signals(tmp_path / "with", question, {"a.txt": "Aaa bbb in 1940."})
    assert (with_digits["possible"], with_digits["typed"]) == (1, 1)
    assert signals(tmp_path / "other", "Why bbb?")["possible"] == 1


def test_typed_is_whether_the_best_windows_hold_the_kind(tmp_path: Path) -> None:
    assert signals(tmp_path / "no", "How many bbb?")["typed"] == 0
    assert signals(tmp_path / "yes", "How many bbb?", {"a.txt": "Aaa six bbb."})["typed"] == 1
    assert signals(tmp_path / "any", "bbb?")["typed"] == 1


def test_scarcity_falls_with_the_number_of_windows(tmp_path: Path) -> None:
    assert scarcity(1000) == pytest.approx(-sqrt(2 * log(1001)))
    assert scarcity(1000) < scarcity(218) < scarcity(200) == scarcity(3)
    assert signals(tmp_path, "bbb?")["scarcity"] == pytest.approx(scarcity(4), abs=1e-6)


def test_the_only_window_leads_by_its_value(tmp_path: Path) -> None:
    found = signals(tmp_path, "bbb?", {"a.txt": "Aaa bbb."})
    assert found["lead"] == pytest.approx(found["joint"], abs=1e-5)
    assert found["spread"] == 0


@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_how_many_are_asked_for_changes_nothing(tmp_path: Path, top_k: int) -> None:
    engine = engine_of(tmp_path, {f"{n}.txt": f"Aaa {'b' * (n + 1)} ccc." for n in range(7)})
    assert engine.ask("bbb ccc?", top_k).answer.signals == engine.ask("bbb ccc?").answer.signals


def test_an_empty_index_has_none(tmp_path: Path) -> None:
    answer = emptied(tmp_path).ask("bbb?").answer
    assert set(answer.signals.values()) == {0.0}
