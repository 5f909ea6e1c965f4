"""First questions are drafted from the documents, and each is answered from them."""

from pathlib import Path
from random import Random

import pytest

from index.build import build_index, remove_documents
from index.embed import Embedder
from service.drafting.answered import answered_drafts
from service.engine import Engine, open_engine
from service.settings import Settings
from service.suggested import COUNT, Suggester, Suggestion, suggest
from tests.fakes import LetterEmbedder
from tests.service.corpora import emptied, index_of
from tests.service.drafting.town import TOWN

pytestmark = pytest.mark.model


def _answers(engine: Engine, suggestion: Suggestion) -> bool:
    """Whether a question, asked as anybody asks it, is answered by the quote that it names."""
    answer = engine.ask(suggestion.question).answer
    document = engine.index.texts.document(suggestion.document.id)
    assert document is not None
    quoted = document.text[suggestion.start : suggestion.end]
    return answer.verdict == "answered" and quoted in [quote.text for quote in answer.quotes]


def test_the_seed_which_has_no_sentences_is_asked_about(seed_engine: Engine) -> None:
    found = suggest(seed_engine)
    assert found.index == seed_engine.ref
    questions = [each.question for each in found.questions]
    assert len(set(questions)) == COUNT
    assert all(_answers(seed_engine, each) for each in found.questions)
    assert suggest(seed_engine) == found  # the same for the same index


def test_prose_is_asked_for_what_it_defines_names_and_says_under_headings(
    tmp_path: Path, minilm: Embedder
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in TOWN.items():
        (source / name).write_text(text, "utf-8")
    build_index([source], tmp_path / "index", minilm)
    engine = open_engine(Settings(index=tmp_path / "index"), minilm)
    found = suggest(engine)
    assert 2 <= len(found.questions) <= COUNT
    assert all(_answers(engine, each) for each in found.questions)
    assert {each.document.path for each in found.questions} <= set(TOWN)
    kinds = {draft.kind for draft in answered_drafts(engine.index, 12, _random())}
    assert {"definition", "entity"} <= kinds


def _random() -> Random:
    return Random(1)


def test_what_is_not_answered_is_not_suggested(tmp_path: Path) -> None:
    index = index_of(tmp_path, TOWN)
    never = open_engine(Settings(index=index, threshold=1.0), LetterEmbedder())
    assert suggest(never).questions == ()
    assert suggest(emptied(tmp_path / "empty")).questions == ()


def test_suggestions_are_made_once_for_each_index(tmp_path: Path) -> None:
    index = index_of(tmp_path, TOWN)
    engine = open_engine(Settings(index=index), LetterEmbedder())
    suggester = Suggester()
    first = suggester.of(engine)
    assert suggester.of(engine) is first
    assert suggester.of(open_engine(Settings(index=index), LetterEmbedder())) is first
    remove_documents(["mill.md"], index, LetterEmbedder())
    later = open_engine(Settings(index=index), LetterEmbedder())
    told = suggester.of(later)
    assert told.index == later.ref
    assert "mill.md" not in {each.document.path for each in told.questions}
