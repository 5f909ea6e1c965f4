"""The engine: what it sends is proved, whatever the documents and the question are."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import build_index
from index.errors import IndexFormat, IndexMissing
from index.split import Splitter
from service.answer import Response
from service.answering.compose import JOINT
from service.engine import Engine, open_engine
from service.errors import QuestionInvalid, SettingsInvalid
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.service.calibrations import CONFIDENCE, SCORE, calibration_file
from tests.service.corpora import FOUR, engine_of, index_of

WORDS = [
    "aaa",
    "bbb",
    "cab",
    "Dead",
    "beef",
    "face",
    "Äh",
    "😀",
    "e\u0301e",
    "Soviet-German",
    "the",
]
BREAKS = [" ", " ", " ", ". ", "! ", ".\n\n", "\r\n", "\t", "\u2028", "\n# "]
TINY = Splitter(target_tokens=24, run_on_tokens=16, overlap_tokens=8)

words = st.sampled_from(WORDS)
texts = st.lists(st.tuples(words, st.sampled_from(BREAKS)), min_size=1, max_size=40).map(
    lambda pairs: "".join(word + mark for word, mark in pairs)
)
corpora = st.dictionaries(st.sampled_from(["a.txt", "b.md", "c/d.txt"]), texts, min_size=1)
questions = st.lists(st.one_of(words, st.text("xyzabc?", min_size=1)), min_size=1, max_size=6).map(
    " ".join
)


def _texts(engine: Engine, response: Response) -> dict[str, str]:
    """The canonical text of every cited document, by id."""
    found = {p.document.id: engine.index.texts.document(p.document.id) for p in response.passages}
    return {identity: document.text for identity, document in found.items() if document}


def _check_passages(response: Response, texts: Mapping[str, str]) -> None:
    for passage in response.passages:
        text = texts[passage.document.id]
        assert passage.verified is True
        assert text[passage.start : passage.end] == passage.text
        assert all(passage.start <= h.start < h.end <= passage.end for h in passage.highlights)
        assert 0 <= passage.score <= 1
        assert 0 <= passage.scores.fused <= 1
    fused = [passage.scores.fused for passage in response.passages]
    assert fused == sorted(fused, reverse=True)
    extents = sorted((p.document.id, p.start, p.end) for p in response.passages)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(extents))


def _check_answer(response: Response, texts: Mapping[str, str]) -> None:
    answer = response.answer
    by_rank = {passage.rank: passage for passage in response.passages}
    assert 0 <= answer.confidence <= 1
    for quote in answer.quotes:
        passage = by_rank[quote.citation]
        assert passage.start <= quote.start < quote.end <= passage.end
        assert texts[passage.document.id][quote.start : quote.end] == quote.text
    assert answer.citations == tuple(dict.fromkeys(quote.citation for quote in answer.quotes))
    if answer.verdict == "answered":
        assert answer.text == JOINT.join(quote.text for quote in answer.quotes)
        assert answer.text
    else:
        assert (answer.text, answer.quotes) == (None, ())


@settings(max_examples=40, deadline=None)
@given(corpora, st.lists(questions, min_size=1, max_size=4), st.integers(1, 50))
def test_every_passage_highlight_and_quote_is_in_its_document(
    corpus: dict[str, str], asked: list[str], top_k: int
) -> None:
    with TemporaryDirectory() as folder:
        engine = engine_of(Path(folder), corpus, TINY, threshold=0.3)
        for question in asked:
            response = engine.ask(question, top_k)
            found = _texts(engine, response)
            assert 1 <= len(response.passages) <= top_k
            ranks = [passage.rank for passage in response.passages]
            assert ranks == list(range(1, len(ranks) + 1))
            _check_passages(response, found)
            _check_answer(response, found)
        engine.index.texts.close()


def test_retrieve_is_ask_without_the_answer(small_engine: Engine) -> None:
    asked, retrieved = asdict(small_engine.ask("bab?", 2)), asdict(small_engine.retrieve("bab?", 2))
    assert set(asked) - set(retrieved) == {"answer"}
    for name in ("id", "question", "passages", "index"):
        assert asked[name] == retrieved[name]


@pytest.mark.parametrize("question", ["bab?", "Who is Cab?", "quiz", "How many beef?"])
def test_how_many_are_asked_for_changes_neither_passage_nor_confidence(
    small_engine: Engine, question: str
) -> None:
    one, many = small_engine.ask(question, 1), small_engine.ask(question, 50)
    assert one.passages == small_engine.retrieve(question, 1).passages == many.passages[:1]
    assert len(many.passages) > 1
    assert one.answer.confidence == many.answer.confidence
    assert (one.answer.signals, one.answer.verdict) == (many.answer.signals, many.answer.verdict)


def test_the_same_question_has_the_same_response(small_engine: Engine) -> None:
    first, second = small_engine.ask("bab?"), small_engine.ask("bab?")
    assert replace(first, timings_ms={}) == replace(second, timings_ms={})


def test_another_question_has_another_id(small_engine: Engine) -> None:
    assert small_engine.ask("bab?").id != small_engine.ask("bab!").id


def test_an_equal_index_gives_an_equal_id(tmp_path: Path) -> None:
    one, other = engine_of(tmp_path / "one", FOUR), engine_of(tmp_path / "other", FOUR)
    assert one.ask("aa").id == other.ask("aa").id
    assert one.ask("aa").index == other.ask("aa").index


def test_a_changed_document_changes_the_digest(tmp_path: Path) -> None:
    one = engine_of(tmp_path / "one", FOUR)
    other = engine_of(tmp_path / "other", FOUR | {"4.txt": "gggg"})
    assert one.ref.digest != other.ref.digest


def test_the_document_of_a_passage_is_described(small_engine: Engine) -> None:
    passage = small_engine.retrieve("beef").passages[0]
    document = small_engine.index.texts.document(passage.document.id)
    assert document is not None
    assert passage.document.path == "deep er/three.md"
    assert passage.document.media_type == "text/markdown"
    assert passage.document.sha256 == document.sha256
    assert passage.document.title == document.title


def test_timings_name_their_steps(small_engine: Engine) -> None:
    timings = small_engine.ask("bab?").timings_ms
    parts = sum(value for name, value in timings.items() if name != "total")
    assert all(value >= 0 for value in timings.values())
    assert timings["total"] == pytest.approx(parts, abs=5)


def test_what_cannot_be_asked_is_refused_by_both(small_engine: Engine) -> None:
    with pytest.raises(QuestionInvalid, match=r"^question: is empty"):
        small_engine.ask(" ")
    with pytest.raises(QuestionInvalid, match=r"^top_k: is 51"):
        small_engine.retrieve("a", 51)


def test_without_an_index_the_engine_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"make one with `citewell index SOURCE --out "):
        open_engine(Settings(index=tmp_path), LetterEmbedder())


@pytest.mark.parametrize(
    ("embedder", "difference"),
    [
        (LetterEmbedder(sha256="1" * 64), "sha256 '1{64}' instead of '0{64}'"),
        (LetterEmbedder(max_pieces=65), "max_pieces 65 instead of 64"),
    ],
)
def test_another_model_than_the_index_was_made_with_is_refused(
    tmp_path: Path, embedder: LetterEmbedder, difference: str
) -> None:
    root = index_of(tmp_path, FOUR)
    with pytest.raises(IndexFormat, match=f"made with letters.*{difference}.*rebuild"):
        open_engine(Settings(index=root), embedder)


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    """A calibration that says the same of everything."""
    return calibration_file(tmp_path / "mine")


def _probabilities(response: Response) -> tuple[float, set[float]]:
    return response.answer.confidence, {passage.score for passage in response.passages}


def test_the_named_calibration_is_obeyed(tmp_path: Path, calibration: Path) -> None:
    engine = engine_of(tmp_path, FOUR, calibration=calibration)
    assert _probabilities(engine.ask("aa bb")) == (CONFIDENCE, {SCORE})


def test_other_settings_may_name_another_calibration(
    small_engine: Engine, calibration: Path
) -> None:
    before = _probabilities(small_engine.ask("bab?"))
    named = small_engine.settings.model_copy(update={"calibration": calibration})
    changed = small_engine.with_settings(named)
    assert _probabilities(changed.ask("bab?")) == (CONFIDENCE, {SCORE})
    back = changed.with_settings(small_engine.settings)
    assert _probabilities(back.ask("bab?")) == before != (CONFIDENCE, {SCORE})


def test_a_calibration_stays_with_other_settings(tmp_path: Path, calibration: Path) -> None:
    engine = engine_of(tmp_path, FOUR, calibration=calibration)
    changed = engine.with_settings(engine.settings.model_copy(update={"pool": 3}))
    assert _probabilities(changed.ask("aa bb")) == (CONFIDENCE, {SCORE})


@pytest.mark.parametrize(
    ("threshold", "verdict"), [(CONFIDENCE, "answered"), (CONFIDENCE + 0.0001, "not_found")]
)
def test_the_threshold_of_the_calibration_decides(
    tmp_path: Path, threshold: float, verdict: str
) -> None:
    file = calibration_file(tmp_path / "mine", thresholds=[[0.05, round(threshold, 4)]])
    engine = engine_of(tmp_path, FOUR, calibration=file)
    assert engine.ask("aa bb").answer.verdict == verdict


def test_a_stated_threshold_wins_over_the_calibration(tmp_path: Path) -> None:
    file = calibration_file(tmp_path / "mine", thresholds=[[0.05, 0.0]])
    engine = engine_of(tmp_path, FOUR, calibration=file, threshold=1.0)
    assert engine.ask("aa bb").answer.verdict == "not_found"


def test_the_server_obeys_the_named_calibration(small_index: Path, calibration: Path) -> None:
    live = LiveEngine(Settings(index=small_index, calibration=calibration), LetterEmbedder())
    with TestClient(create_app(live), base_url="http://127.0.0.1") as client:
        told = client.post("/v1/ask", json={"question": "bab?"}).json()
    assert told["answer"]["confidence"] == CONFIDENCE
    assert {passage["score"] for passage in told["passages"]} == {SCORE}


def test_what_is_no_calibration_is_refused(small_index: Path, tmp_path: Path) -> None:
    named = Settings(index=small_index, calibration=tmp_path / "none.json")
    with pytest.raises(SettingsInvalid, match=r"none\.json gives no calibration"):
        open_engine(named, LetterEmbedder())
    engine = open_engine(Settings(index=small_index), LetterEmbedder())
    with pytest.raises(SettingsInvalid, match=r"none\.json gives no calibration"):
        engine.with_settings(named)


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = (r for r in caplog.records if r.name == "service.models")
    return [record.getMessage() for record in records if record.levelno == logging.WARNING]


def test_a_calibration_of_another_model_is_warned_of(
    small_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(Settings(index=small_index), LetterEmbedder())
    engine.ask("bab?")
    engine.with_settings(engine.settings.model_copy(update={"pool": 3}))
    (warning,) = _warnings(caplog)
    assert warning.startswith(
        "the calibration was fitted with all-MiniLM-L6-v2 53aa51172d14, and the index is made "
        "with letters 000000000000: probabilities may be off; refit"
    )


@pytest.mark.parametrize(
    ("models", "count"),
    [
        (["letters 000000000000"], 0),
        (["other 111111111111", "letters 000000000000"], 0),
        (["a name of mine 000000000000"], 0),  # the same weights
        (["letters 111111111111"], 1),
        ([None], 0),
        ([], 0),
    ],
)
def test_a_calibration_of_this_model_is_not(
    small_index: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    models: list[str | None],
    count: int,
) -> None:
    runs = {"runs": [{"model": model} for model in models]}
    file = calibration_file(tmp_path / "mine", provenance=runs)
    open_engine(Settings(index=small_index, calibration=file), LetterEmbedder())
    assert len(_warnings(caplog)) == count


def test_a_later_generation_is_not_warned_of_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = index_of(tmp_path, FOUR)
    live = LiveEngine(Settings(index=root), LetterEmbedder())
    (tmp_path / "source" / "5.txt").write_text("hhhh", "utf-8")
    build_index([tmp_path / "source"], root, LetterEmbedder())
    assert live.engine().ref.generation == 2
    assert len(_warnings(caplog)) == 1
