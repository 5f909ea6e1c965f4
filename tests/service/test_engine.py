"""The engine: what it sends is proved, whatever the documents and the question are."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexFormat, IndexMissing
from index.split import Splitter
from service.answer import Response
from service.compose import JOINT
from service.engine import Engine, open_engine
from service.errors import QuestionInvalid
from service.settings import Settings
from tests.fakes import LetterEmbedder
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
