"""The whole way from an index to drafts."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.drafting.line import as_question
from eval.drafting.propose import propose
from eval.questions.place import locate
from eval.questions.question import read_questions
from service.drafting.corpus import Corpus
from tests.service.corpora import words_without_marks
from tests.service.drafting.town import TOWN, opened


def test_a_third_has_no_answer(town: Corpus) -> None:
    proposal = propose(town.index, 6, seed=1)
    assert [draft.answerable for draft in proposal.drafts] == [True] * 4 + [False] * 2
    assert sum(proposal.counts.values()) == 6
    assert list(proposal.counts) == ["cloze", "definition", "heading", "entity", "swap"]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 30))
def test_what_every_proposal_keeps(town: Corpus, seed: int, count: int) -> None:
    proposal = propose(town.index, count, seed)
    questions = [as_question(draft) for draft in proposal.drafts]
    assert len(questions) <= count
    assert len({question.id for question in questions}) == len(questions)
    for draft, question in zip(proposal.drafts, questions, strict=True):
        locate(question, TOWN)
        assert question.answerable == bool(question.expected)
        assert all(answer in draft.quote for answer in draft.answers)
        assert not any(answer in question.question for answer in draft.answers)
    assert proposal == propose(town.index, count, seed)


def test_another_seed_asks_something_else(town: Corpus) -> None:
    first, second = (propose(town.index, 4, seed).drafts for seed in (1, 2))
    assert {draft.id for draft in first} != {draft.id for draft in second}


def test_what_could_not_be_made_is_told(tmp_path: Path) -> None:
    corpus = opened(tmp_path, {"a.txt": "Water froze."})
    assert propose(corpus.index, 6, seed=1).missing == (
        "cloze: none, no sentence stands by itself and has a number, date or name to leave out",
        'definition: none, no sentence has the form "X is a ..."',
        "heading: none, no heading that says something, of a document with a title of its own, "
        "has prose below it",
        "entity: none, no sentence that stands by itself has a name that stands nowhere else",
        "0 of 4 with an answer: the documents give no more",
        "0 of 2 without an answer: nothing more can be exchanged so that no document answers; "
        "name documents the index does not hold with --held-out",
    )


def test_held_out_documents_give_half_of_what_has_no_answer(town: Corpus, tmp_path: Path) -> None:
    text = "Baker {} opened the oven house in {} with a loan of the savings bank.\n\n"
    names = ["Emil Horn", "Otto Rink", "Ida Bloch", "Max Pohl"]
    content = "".join(text.format(name, 1931 + n) for n, name in enumerate(names))
    (tmp_path / "oven.txt").write_text(content, "utf-8")
    proposal = propose(town.index, 12, 1, tmp_path)
    assert (proposal.counts["held-out"], proposal.counts["swap"]) == (2, 2)
    held = [as_question(draft) for draft in proposal.drafts if draft.kind == "held-out"]
    assert {(q.answerable, q.tags) for q in held} == {(False, ("draft", "draft-held-out"))}


def test_text_without_marks_is_asked_too(tmp_path: Path) -> None:
    corpus = opened(tmp_path, {"a.txt": words_without_marks(600)})
    proposal = propose(corpus.index, 9, seed=1)
    assert proposal.counts["cloze"] >= 3
    assert all("…" in draft.question for draft in proposal.drafts if draft.kind == "cloze")


def test_the_lines_are_a_question_set(town: Corpus, tmp_path: Path) -> None:
    drafts = propose(town.index, 9, seed=1).drafts
    lines = [as_question(draft).model_dump_json(exclude_defaults=True) for draft in drafts]
    file = tmp_path / "drafts.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    assert read_questions(file) == [as_question(draft) for draft in drafts]
