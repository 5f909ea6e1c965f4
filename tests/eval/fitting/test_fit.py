"""Ranking weights are fitted to what holds the answers, and the fit can be checked."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import check_grad
from typer.testing import CliRunner

from citewell import app
from eval.commands import fit as command
from eval.errors import QuestionSetInvalid
from eval.fitting.fit import Example, Floats, _loss, examples, fit_ranking, provenance
from eval.questions.question import Question, read_questions
from index.split import Splitter
from service.asking.query import make_query
from service.engine import Engine, open_engine
from service.ranking.combine import load_ranking
from service.ranking.pool import FEATURES, gather, scaled
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.corpora import engine_of, index_of, ranking_file

WIDTH = len(FEATURES)
# By meaning (letters) the first is nearest to "aa bb", by words the second.
TEXTS = {"1.txt": "abab", "2.txt": "aa bb cccc", "3.txt": "ffff"}
EACH_SENTENCE = Splitter(target_tokens=1, run_on_tokens=100, overlap_tokens=0)


def example(columns: dict[str, list[float]], holds: list[bool]) -> Example:
    """Candidates with these values; those not given are 0."""
    values = np.zeros((len(holds), WIDTH))
    for name, column in columns.items():
        values[:, FEATURES.index(name)] = column
    return Example(values, np.array(holds))


def drawn(seed: int, count: int, weights: Sequence[float] | None = None) -> list[Example]:
    """Questions of eight candidates; one holds the answer, by chance or by these weights."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        values = random.uniform(size=(8, WIDTH))
        scores = values @ np.array(weights if weights is not None else [0.0] * WIDTH)
        chances = np.exp(scores) / np.exp(scores).sum()
        holds = np.zeros(8, dtype=np.bool_)
        holds[random.choice(8, p=chances)] = True
        if weights is None:  # and some others
            holds |= random.uniform(size=8) < 0.2
        found.append(Example(values, holds))
    return found


@pytest.mark.parametrize("scale", [0, 1, 30])
def test_the_slope_of_the_loss_is_its_derivative(scale: float) -> None:
    sets = [drawn(1, 5), drawn(2, 20)]
    weights = scale * np.random.default_rng(3).uniform(size=WIDTH)

    def loss(at: Floats) -> float:
        return _loss(at, sets)[0]

    def slope(at: Floats) -> Floats:
        return _loss(at, sets)[1]

    error = check_grad(loss, slope, weights)
    assert error < 1e-5 * max(1, float(np.linalg.norm(slope(weights))))


def test_the_loss_by_hand() -> None:
    weights: Floats = np.zeros(WIDTH)
    weights[0] = np.log(3)
    one = example({"dense": [1, 0, 0]}, [True, False, False])
    both = example({"dense": [1, 0, 0]}, [True, True, False])
    ridge = 1e-3 * np.log(3) ** 2
    # chances are 3, 1 and 1 of 5
    assert _loss(weights, [[one]])[0] == pytest.approx(np.log(5 / 3) + ridge)
    assert _loss(weights, [[both]])[0] == pytest.approx(np.log(5 / 4) + ridge)
    assert _loss(weights, [[one, both]])[0] == pytest.approx(
        (np.log(5 / 3) + np.log(5 / 4)) / 2 + ridge
    )
    assert _loss(weights, [[one], [both]])[0] == pytest.approx(
        np.log(5 / 3) + np.log(5 / 4) + ridge
    )


@pytest.mark.parametrize("seed", range(4))
def test_weights_are_shares_and_none_is_below_0(seed: int) -> None:
    weights = fit_ranking([drawn(seed, 30), drawn(seed + 100, 3)])
    assert tuple(weights) == FEATURES
    assert all(weight >= 0 for weight in weights.values())
    assert sum(weights.values()) == pytest.approx(1, abs=WIDTH * 5e-5)


@pytest.mark.parametrize("name", ["dense", "pairs", "near_lexical"])
def test_what_alone_separates_gets_all_the_weight(name: str) -> None:
    against = {other: [0.0, 1.0, 0.5] for other in FEATURES if other != name}
    separated = example(against | {name: [1.0, 0.0, 0.5]}, [True, False, False])
    weights = fit_ranking([[separated] * 3])
    assert weights == dict.fromkeys(FEATURES, 0) | {name: 1}


def test_what_is_the_same_for_all_gets_no_weight() -> None:
    weights = fit_ranking([[example({"joint": [1, 0, 0.2]}, [True, False, False])]])
    assert weights["joint"] == pytest.approx(1, abs=2e-3)


def test_the_fit_finds_what_was_planted() -> None:
    planted = np.array([4, 0, 2, 0, 0, 1, 0, 3, 0])
    weights = fit_ranking([drawn(7, 1500, planted.tolist())])
    assert list(weights.values()) == pytest.approx((planted / planted.sum()).tolist(), abs=0.05)


def test_sets_weigh_the_same_whatever_their_size() -> None:
    one = [example({"dense": [1, 0], "lexical": [0, 1]}, [True, False])]
    other = [example({"dense": [0, 1], "lexical": [1, 0]}, [True, False])]
    both = [example({"dense": [1, 0], "lexical": [1, 0]}, [True, False])]
    for weights in (fit_ranking([one, other, both]), fit_ranking([one * 50, other, both * 7])):
        assert weights["dense"] == pytest.approx(weights["lexical"], abs=1e-3)
    # while in one set the more numerous win
    assert fit_ranking([one * 50 + other + both * 7])["dense"] > 0.9


def test_a_set_twice_as_often_is_the_same_set() -> None:
    once, twice = (list(fit_ranking([drawn(5, 20) * n]).values()) for n in (1, 2))
    assert once == pytest.approx(twice, abs=1e-3)


@pytest.mark.parametrize("sets", [[], [[]], [[example({}, [True, False])], []]])
def test_without_examples_nothing_is_fitted(sets: list[list[Example]]) -> None:
    with pytest.raises(QuestionSetInvalid, match="no question of a set has an answer among its"):
        fit_ranking(sets)


def test_where_everything_speaks_against_the_answers_nothing_is_fitted() -> None:
    against = example({name: [0, 1] for name in FEATURES}, [True, False])
    with pytest.raises(QuestionSetInvalid, match="nothing that ranks"):
        fit_ranking([[against]])


def asked(file: Path, *rows: tuple[str, str, str]) -> list[Question]:
    """Questions with the document and the quote that answer them, in a file."""
    lines: list[dict[str, Any]] = [
        {
            "id": f"q{number}",
            "question": question,
            "answerable": bool(quote),
            "expected": [{"document": document, "quote": quote}] if quote else [],
        }
        for number, (question, document, quote) in enumerate(rows)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return read_questions(file)


def test_an_example_is_a_question_with_its_scaled_candidates(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS)
    (found,) = examples(asked(tmp_path / "q.jsonl", ("aa bb", "2.txt", "aa bb")), engine)
    assert found.holds.tolist() == [False, True, False]
    assert found.values.shape == (3, WIDTH)
    pool = gather(engine.index, make_query("aa bb", engine.index, engine.embedder), 200)
    for name, column in zip(FEATURES, found.values.T, strict=True):
        assert column == pytest.approx(scaled(pool.values[name]))
    dense = found.values[:, FEATURES.index("dense")]
    assert dense == pytest.approx([1, 4 / 48**0.5, 0], abs=1e-6)


def test_only_candidates_are_looked_at(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS, pool=1)
    questions = asked(tmp_path / "q.jsonl", ("aa bb", "2.txt", "aa bb"), ("aa bb", "3.txt", "ffff"))
    # the third text is no candidate of either question
    (found,) = examples(questions, engine)
    assert found.holds.tolist() == [False, True]


def test_a_question_that_all_candidates_answer_teaches_nothing(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"1.txt": "aa bb"})
    assert examples(asked(tmp_path / "q.jsonl", ("aa", "1.txt", "bb")), engine) == []


def test_a_place_across_passages_is_held_in_part(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"1.txt": "Aa bb. Cc dd. Ee ff.", "2.txt": "Aa."}, EACH_SENTENCE)
    rows = [
        ("aa", "1.txt", "bb. Cc"),
        ("aa", "1.txt", "Cc dd."),
        ("aa", "1.txt", "Cc dd. "),
        ("aa", "1.txt", "a bb. Cc dd. E"),
    ]
    found = examples(asked(tmp_path / "q.jsonl", *rows), engine)
    assert [one.holds.astype(int).tolist() for one in found] == [
        [1, 1, 0, 0],
        [0, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 1, 1, 0],
    ]


def test_what_is_held_whole_somewhere_counts_whole_alone(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"1.txt": "Aa bb. Cc dd. Ee ff. Aa bb."}, EACH_SENTENCE)
    # "Aa bb." stands twice, and neither place is held in part
    (found,) = examples(asked(tmp_path / "q.jsonl", ("aa", "1.txt", "Aa bb.")), engine)
    assert found.holds.tolist() == [True, False, False, True]


def test_a_quote_that_is_not_there_is_refused(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS)
    with pytest.raises(QuestionSetInvalid, match=r"q0: 'dd' is not in '2\.txt'; quote it verbatim"):
        examples(asked(tmp_path / "q.jsonl", ("aa", "2.txt", "dd")), engine)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    questions = asked(tmp_path / "q.jsonl", *[("aa bb", "2.txt", "aa bb")] * 2)
    examples(questions, engine_of(tmp_path, TEXTS), lambda *step: told.append(step))
    assert told == [("look", 1, 2), ("look", 2, 2)]


def test_the_provenance_names_questions_and_index(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS)
    file = tmp_path / "q.jsonl"
    asked(file, ("aa bb", "2.txt", "aa bb"))
    assert provenance(file, engine, 3, 2) == {
        "questions": "q.jsonl",
        "questions_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "index_digest": engine.ref.digest,
        "asked": 3,
        "used": 2,
    }


def test_fitted_weights_rank_as_they_were_taught(tmp_path: Path) -> None:
    by_letters = engine_of(tmp_path, TEXTS, ranking=ranking_file(tmp_path, dense=1))
    assert by_letters.retrieve("aa bb").passages[0].document.path == "1.txt"
    rows = [("aa bb", "2.txt", "aa bb"), ("bb cccc", "2.txt", "cccc"), ("ffff", "3.txt", "ffff")]
    weights = fit_ranking([examples(asked(tmp_path / "q.jsonl", *rows), by_letters)])
    file = ranking_file(tmp_path / "fitted", **weights)
    taught = open_engine(Settings(index=by_letters.settings.index, ranking=file), LetterEmbedder())
    for question, path, _ in rows:
        assert taught.retrieve(question).passages[0].document.path == path


def _open_with_letters(settings: Settings) -> Engine:
    return open_engine(settings, LetterEmbedder())


def test_the_command_writes_a_file_that_ranks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "open_engine", _open_with_letters)
    first, second = (
        index_of(tmp_path / "1", TEXTS),
        index_of(tmp_path / "2", {"a.txt": "Aa.", "b.txt": "Bb."}),
    )
    asked(tmp_path / "one.jsonl", ("aa bb", "2.txt", "aa bb"), ("quiz", "", ""))
    asked(tmp_path / "two=2.jsonl", ("aa", "a.txt", "Aa"), ("bb", "b.txt", "Bb"))
    out = tmp_path / "ranking.json"
    sets = [f"{tmp_path / 'one.jsonl'}={first}", f"{tmp_path / 'two=2.jsonl'}={second}"]
    done = CliRunner().invoke(app, ["eval", "fit", *sets, "--out", str(out)])
    assert done.exit_code == 0, done.output
    content = json.loads(out.read_text("utf-8"))
    assert set(content) == {"weights", "provenance"}
    assert json.loads(done.stdout) == content["weights"]
    fitted = load_ranking(out).weights
    assert fitted == pytest.approx(content["weights"], abs=1e-3)
    one, two = content["provenance"]["sets"]
    # the question without an answer teaches nothing
    assert (one["questions"], one["asked"], one["used"]) == ("one.jsonl", 1, 1)
    assert (two["questions"], two["asked"], two["used"]) == ("two=2.jsonl", 2, 2)
    assert one["index_digest"] != two["index_digest"]
    assert "conditional logit" in content["provenance"]["method"]


@pytest.mark.parametrize("stated", ["questions.jsonl", "=index", "questions.jsonl="])
def test_the_command_wants_an_index_for_each_set(tmp_path: Path, stated: str) -> None:
    out = tmp_path / "ranking.json"
    done = CliRunner().invoke(app, ["eval", "fit", stated, "--out", str(out)])
    assert done.exit_code == 2
    assert "name each question set as FILE=INDEX" in done.stderr
    assert not out.exists()


def test_the_command_names_a_missing_set_and_a_missing_index(tmp_path: Path) -> None:
    out = tmp_path / "ranking.json"
    nothing = tmp_path / "none"
    done = CliRunner().invoke(app, ["eval", "fit", f"{nothing}={tmp_path}", "--out", str(out)])
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)
    asked(tmp_path / "q.jsonl", ("aa", "a.txt", "Aa"))
    command = ["eval", "fit", f"{tmp_path / 'q.jsonl'}={nothing}", "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "there is no index in" in done.stderr) == (1, True)
    assert not out.exists()


def test_the_command_wants_a_place_to_write(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "fit", f"a={tmp_path}"])
    assert done.exit_code == 2
