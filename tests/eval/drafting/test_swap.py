"""Questions that no document answers, made by exchange."""

from collections import Counter
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.drafting.cloze import clozes
from eval.drafting.line import as_question
from eval.drafting.material import gather
from eval.drafting.swap import Pool, swaps, unanswered
from index.passage import Document
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from tests.service.drafting.town import opened, said

NOTHING: Counter[tuple[str, str]] = Counter()


def _documents(corpus: Corpus) -> list[tuple[Document, str]]:
    found = [corpus.index.texts.document(facts.id) for facts in corpus.documents]
    return [(document, "") for document in found if document]


def _swaps(corpus: Corpus, seed: int) -> list[Draft]:
    material = gather(_documents(corpus), corpus, 100, Random(seed))
    return list(swaps(material.clozes, material.pool, corpus, Random(seed)))


def test_a_number_is_exchanged_for_that_of_another_document(tmp_path: Path) -> None:
    texts = {
        "a.txt": "In 1743 the guild of masons paid 400 ducats for the new arches.",
        "b.txt": "In 1755 the abbot of the town sold 300 wheels of the best cheese.",
    }
    found = {draft.path: draft for draft in _swaps(opened(tmp_path, texts), 1)}
    assert found["a.txt"].question == (
        "What is missing here: “In ____ the guild of masons paid 300 ducats for the new arches.”?"
    )
    question = as_question(found["a.txt"])
    assert (question.answerable, question.expected, question.answers) == (False, (), ())
    assert question.tags == ("draft", "draft-swap")


def test_nothing_is_exchanged_for_what_stands_with_the_same_words(tmp_path: Path) -> None:
    texts = {
        "a.txt": "In 1743 the guild of masons drew the arches for 400 ducats and beer.",
        "b.txt": "In 1755 the guild of masons drew the arches for 300 ducats and beer.",
    }
    assert _swaps(opened(tmp_path, texts), 1) == []


def test_key_terms_apart_in_a_document_refuse_it_unless_far(tmp_path: Path) -> None:
    def text(between: int) -> str:
        water = "\n\n".join(["The water froze and melted on the river all winter."] * between)
        return f"Masons drew the arches in 1743 with chalk.\n\n{water}\n\nBells rang in 1755 twice."

    statement = said("Masons drew the arches in 1743 with chalk.")
    key = ["mason", "arch", "chalk", "drew"]
    near = opened(tmp_path / "near", {"a.md": text(8), "b.md": "Bees."})
    far = opened(tmp_path / "far", {"a.md": text(400), "b.md": "Bees."})
    assert near.together(key, near.rows("1755")) == 0
    assert not unanswered("1755", key, statement, near)
    assert unanswered("1755", key, statement, far)


def test_the_pool_holds_phrases_of_one_form_once(town: Corpus) -> None:
    pool = Pool()
    stated = [
        said("The guild of the masons paid 400 ducats to Clara Voss in 1743."),
        said("The guild of the masons paid 300 ducats to Clara Voss in Bonn."),
    ]
    found = list(clozes(stated, NOTHING, town))
    for cloze in found:
        pool.add(cloze.statement, [cloze.gap, *cloze.others])
    (year,) = [p for p in [found[0].gap, *found[0].others] if p.text == "1743"]
    (name,) = [p for p in [found[0].gap, *found[0].others] if p.text == "Clara Voss"]
    assert pool.like(stated[0], year) == ["1743"]
    assert pool.like(stated[0], name) == ["Clara Voss"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_passage_holds_the_terms_of_a_swap_together(town: Corpus, seed: int) -> None:
    """The oracle reads the texts: it does not ask the postings."""
    texts = [stored.passage.text for stored in town.index.texts.all_passages()]
    made = _swaps(town, seed)
    assert made
    for draft in made:
        shown = draft.question.partition("“")[2].partition("”")[0]
        words = {word.strip(".,'") for word in shown.split()} - {"____"}
        assert not any(all(word in text for word in words) for text in texts)
        assert draft.quote not in shown.replace("____", "")


def test_swaps_are_the_same_for_the_same_seed(town: Corpus) -> None:
    assert _swaps(town, 3) == _swaps(town, 3)
