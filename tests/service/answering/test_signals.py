"""Each signal by hand, on the letter corpus and on windows whose values are given."""

from math import log, sqrt
from pathlib import Path

import pytest

from service.answering.select import ranked_windows
from service.answering.signals import (
    SIGNALS,
    is_held,
    is_possible,
    scarcity,
    signals_of,
    unknown_names,
)
from service.citing.prove import Proved
from service.engine import Engine
from tests.service.answering.proving import proved_by_hand
from tests.service.corpora import FOUR, emptied, engine_of

ROUNDING = 3e-4  # of the windows' vectors


@pytest.fixture
def four(tmp_path: Path) -> Engine:
    """An engine on ``FOUR``."""
    return engine_of(tmp_path, FOUR)


def _signals(engine: Engine, question: str, top_k: int = 5) -> dict[str, float]:
    return engine.ask(question, top_k).answer.signals


def _of(question: str, proved: list[Proved], engine: Engine) -> dict[str, float]:
    return signals_of(question, proved, ranked_windows(question, proved), engine.index)


def test_the_signals_of_a_question_of_letters(four: Engine) -> None:
    found = _signals(four, "aa bb")
    # "abab" has the same letters; half of each word's value is lost by being like it alone
    assert found["dense"] == 1
    assert found["window"] == pytest.approx(1, abs=ROUNDING)
    # 2.txt holds both words, 1.txt is nearest: 1 + 0.75 of the likeness of a word, sqrt(1 / 2)
    joint = 1 + 0.75 * sqrt(0.5)
    assert (found["related"], found["coverage"]) == (1, 1)
    assert found["joint"] == pytest.approx(joint, abs=ROUNDING)
    # each passage has one window: 2.txt has the cosine 8 / sqrt(8 * 24), 4.txt nothing
    rivals = [passage.scores.joint for passage in four.retrieve("aa bb").passages]
    assert min(rivals) == 0
    assert sorted(rivals)[2] == pytest.approx(1 / sqrt(3) + 0.75, abs=ROUNDING)
    assert found["lead"] == pytest.approx(joint - sum(sorted(rivals)[:3]) / 3, abs=ROUNDING)
    assert found["spread"] == pytest.approx(joint, abs=ROUNDING)
    assert [found[name] for name in ("named", "known", "typed", "possible")] == [1, 1, 1, 1]
    assert found["scarcity"] == pytest.approx(scarcity(4), abs=1e-6)
    assert tuple(found) == SIGNALS


def test_scarcity_falls_with_the_number_of_windows() -> None:
    assert scarcity(1000) == pytest.approx(-sqrt(2 * log(1001)))
    assert scarcity(1000) < scarcity(218) < scarcity(200) == scarcity(3)


def test_an_empty_index_has_no_signals(tmp_path: Path) -> None:
    assert _signals(emptied(tmp_path), "bbb?") == dict.fromkeys(SIGNALS, 0.0)


def test_without_a_passage_all_are_0(four: Engine) -> None:
    assert _of("Who was Ann in 1940?", [], four) == dict.fromkeys(SIGNALS, 0.0)


def test_the_best_of_the_first_five_scores_count(four: Engine) -> None:
    proved = [
        proved_by_hand(four, "aa", 0.0, (0, 2, 1.0), dense=n / 10, coverage=1 - n / 10)
        for n in range(6)
    ]
    found = _of("aa", proved, four)
    assert (found["dense"], found["coverage"]) == (0.4, 1.0)


def test_lead_and_spread(four: Engine) -> None:
    first = proved_by_hand(four, "aa bb cc dd", 0.0, (0, 2, 0.5), (3, 5, 0.9), (6, 8, 0.7))
    second = proved_by_hand(four, "aa bb cc dd", 0.0, (0, 2, 0.6), (3, 5, 0.1), (6, 8, 0.2))
    third = proved_by_hand(four, "aa", 0.0, (0, 2, 0.3))
    found = _of("aa", [first, second, third], four)
    # five windows after the best: 0.7, 0.6, 0.5, 0.3, 0.2
    assert found["lead"] == pytest.approx(0.9 - 0.46)
    assert found["spread"] == pytest.approx(0.9 - 0.3)


def test_of_a_single_window_the_lead_is_its_value(four: Engine) -> None:
    found = _of("aa", [proved_by_hand(four, "aa", 0.0, (0, 2, 0.4))], four)
    assert (found["lead"], found["spread"]) == (0.4, 0.0)


def test_one_passage_alone(tmp_path: Path) -> None:
    found = _signals(engine_of(tmp_path, {"1.txt": "aa bb"}), "aa bb")
    assert found["spread"] == 0
    assert found["lead"] == found["joint"] == pytest.approx(1.75, abs=ROUNDING)


@pytest.mark.parametrize("question", ["aa bb", "Was Bb aa?", "How many dd?", "quiz"])
@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_how_many_are_asked_for_changes_no_signal(four: Engine, question: str, top_k: int) -> None:
    assert _signals(four, question, top_k) == _signals(four, question)


NAMED = {"1.txt": "aa bb. cc", "2.txt": "bb ee", "3.txt": "abba 1940"}


@pytest.mark.parametrize(
    ("question", "named", "known"),
    [
        ("is aa bb", 1, 1),  # no names
        ("is Aa there", 1, 1),
        ("are Aa and Bb there", 1, 1),  # both in 1.txt
        ("are Aa and Ee there", 0.5, 1),  # each in another
        ("are Aa and Zz there", 0.5, 0.5),
        ("are Xx and Zz there", 0, 0),
        ("was it aa in 1940", 1, 1),
        ("was it aa in 1941", 0, 0),
        ("are Aa and Bb and Aa and Zz there", 2 / 3, 0.75),  # one text holds it or not, once
        ("is the Aa-Bb there", 2 / 3, 2 / 3),  # no text has it in one word
    ],
)
def test_names_known_and_unknown(tmp_path: Path, question: str, named: float, known: float) -> None:
    found = _signals(engine_of(tmp_path, NAMED), question)
    assert found["named"] == pytest.approx(named, abs=1e-6)
    assert found["known"] == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("is aa zz", ()),
        ("are Aa and Zz and 1940 and 1941 there", ("Zz", "1941")),
        ("is the Aa-Bb there", ()),  # as two words
        ("is the Ab-ba there", ()),  # as one
        ("is the Aa-Zz there", ("Aa-Zz",)),
        ("was É there", ("É",)),
    ],
)
def test_unknown_names_are_those_that_no_text_holds(
    tmp_path: Path, question: str, unknown: tuple[str, ...]
) -> None:
    assert unknown_names(question, engine_of(tmp_path, NAMED).index) == unknown


@pytest.mark.parametrize(
    ("word", "held"),
    [("aa", True), ("AA", True), ("zz", False), ("a-a", True), ("aa-zz", False), ("\uff9e", True)],
)
def test_a_word_is_held_whatever_its_form(tmp_path: Path, word: str, held: bool) -> None:
    # the last is a mark that folds to nothing, of which nothing is missing
    assert is_held(word, engine_of(tmp_path, NAMED).index) is held


@pytest.mark.parametrize(
    ("question", "best", "typed"),
    [
        ("What is aa?", "aa", 1),  # of no kind
        ("How many came?", "aa", 0),
        ("How many came?", "six", 1),
        ("How many of the six came?", "six", 0),  # what is asked is no answer
        ("Why did they come?", "aa", 0),
        ("Why did they come?", "since", 1),
        ("Who came?", "aa", 1),  # in text without capitals nobody can tell
    ],
)
def test_typed_is_whether_one_of_the_three_best_windows_holds_the_kind(
    four: Engine, question: str, best: str, typed: float
) -> None:
    text, end = f"{best} cc dd six since", len(best)
    windows = [(0, end, 2.0), (end + 1, end + 3, 1.5), (end + 4, end + 6, 1.0)]
    others = [(end + 7, end + 10, 0.5), (end + 11, end + 16, 0.4)]
    proved = proved_by_hand(four, text, 0.5, *windows, *others)
    assert _of(question, [proved], four)["typed"] == typed


@pytest.mark.parametrize(
    ("texts", "question", "possible"),
    [
        (FOUR, "What year was aa?", 0),
        (FOUR, "When was aa?", 1),  # a month may be told in letters
        (FOUR, "How many aa?", 1),
        (FOUR, "aa?", 1),
        (NAMED, "What year was aa?", 1),
    ],
)
def test_a_year_is_possible_where_there_are_digits(
    tmp_path: Path, texts: dict[str, str], question: str, possible: float
) -> None:
    assert _signals(engine_of(tmp_path, texts), question)["possible"] == possible


def test_possible_is_a_matter_of_the_kind_alone(four: Engine) -> None:
    assert not is_possible("day", four.index)
    assert is_possible("time", four.index)
