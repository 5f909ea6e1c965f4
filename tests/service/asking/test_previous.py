"""What an answer cited goes with the next question."""

from dataclasses import replace
from pathlib import Path

from service.asking.previous import MOST_CITATIONS, Previous, previous_of
from tests.service.corpora import FOUR, engine_of


def test_what_was_cited_goes_with_the_question(tmp_path: Path) -> None:
    response = engine_of(tmp_path, FOUR, threshold=0.0).ask("aa bb", 4)
    cited = tuple(response.passages[rank - 1].id for rank in response.answer.citations)
    assert cited
    assert previous_of(response) == Previous("aa bb", cited)
    other = replace(response, answer=replace(response.answer, citations=(3, 1)))
    assert previous_of(other).citations == (response.passages[2].id, response.passages[0].id)


def test_without_an_answer_nothing_was_cited(tmp_path: Path) -> None:
    response = engine_of(tmp_path, FOUR, threshold=1.0).ask("aa bb", 4)
    assert previous_of(response) == Previous("aa bb", ())


def test_no_more_is_cited_than_can_be_sent(tmp_path: Path) -> None:
    texts = {f"{n:02}.txt": f"aa {'abcdefgh'[n % 8] * (n + 1)}" for n in range(20)}
    response = engine_of(tmp_path, texts, threshold=0.0).ask("aa", 20)
    every = replace(response.answer, citations=tuple(range(1, 21)))
    citations = previous_of(replace(response, answer=every)).citations
    assert citations == tuple(passage.id for passage in response.passages[:MOST_CITATIONS])
