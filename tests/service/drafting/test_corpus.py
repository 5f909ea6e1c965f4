"""What an index holds, asked by words; expected values worked out by hand."""

import math
from pathlib import Path

import pytest

from service.drafting.corpus import Corpus
from tests.service.drafting.town import opened

TEXTS = {"a.txt": "bridge mason ducat", "b.txt": "bridge river", "c.txt": "abbot cheese ducat"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return opened(tmp_path_factory.mktemp("corpus"), TEXTS)


def test_rarity_is_the_mean_over_terms(corpus: Corpus) -> None:
    def idf(frequency: int) -> float:
        return math.log1p((3 - frequency + 0.5) / (frequency + 0.5))

    assert corpus.rarity("bridges mason") == pytest.approx((idf(2) + idf(1)) / 2)
    assert corpus.rarity("") == 0


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("bridge", {"a.txt", "b.txt"}),
        ("ducat bridge", {"a.txt"}),
        ("river mason", set()),
        ("", set()),
        ("unheard", set()),
    ],
)
def test_passages_hold_every_term(corpus: Corpus, text: str, paths: set[str]) -> None:
    assert corpus.paths(corpus.rows(text)) == paths


def test_documents_hold_terms_anywhere(tmp_path: Path) -> None:
    long = " ".join(["Water froze."] * 120)
    corpus = opened(
        tmp_path, {"a.txt": f"Masons left.\n\n{long}\n\nAbbots came.", "b.txt": "Abbots."}
    )
    assert len(corpus.rows("masons abbots")) == 0
    assert corpus.documents_with("masons abbots") == {"a.txt"}
    assert corpus.documents_with("") == set()


def test_the_rarest_content_terms_come_first(corpus: Corpus) -> None:
    assert corpus.rarest("the bridge and the river of a mason", 2) == ["mason", "river"]


@pytest.mark.parametrize(
    ("wanted", "most"),
    [(["bridg", "mason", "abbot"], 2), (["abbot", "river"], 1), (["unheard"], 0), ([], 0)],
)
def test_terms_together_in_a_passage(corpus: Corpus, wanted: list[str], most: int) -> None:
    assert corpus.together(wanted) == most


def test_terms_together_in_some_passages(corpus: Corpus) -> None:
    assert corpus.together(["bridg", "mason"], corpus.rows("river")) == 1


def test_likeness_is_the_cosine_of_the_words_known(corpus: Corpus) -> None:
    # letters: abbot a1 b2, bridge b1 d1 e1 g1 of "abcdefgh"
    assert corpus.likeness("abbot", "bridge") == pytest.approx(2 / math.sqrt(5 * 4), abs=1e-5)
    assert corpus.likeness("abbot", "unheard") == 0
