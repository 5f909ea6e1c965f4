"""Runs made by hand for the tests of verdicts. In: what each question came to. Out: Runs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.questions.place import Place
from eval.questions.question import Expected, Question
from eval.runs.folder import open_folder
from eval.runs.record import Record, Run, RunFacts, Source
from index.passage import Span
from tests.eval.made import response

WANTED = Place("a.txt", (Span(0, 10),))
EVIDENCE, BESIDE = (1, 0, 20, "the evidence and more"), (1, 50, 60, "beside it")

FACTS = RunFacts(
    command="citewell eval questions.jsonl",
    created="2026-01-02T03:04:05+00:00",
    finished=None,
    questions="questions.jsonl",
    questions_sha256="ab" * 32,
    asked=0,
    top_k=10,
    source=Source(
        index_generation=1,
        index_digest="cd" * 32,
        model="letters 000000000000",
        settings={"pool": 200, "ranking": None},
        url=None,
        versions={"citewell": "0.1.0"},
    ),
)


def asked(
    identity: str,
    *,
    hit: bool = True,
    evidence: bool = True,
    answered: bool = True,
    tags: Sequence[str] = (),
) -> Record:
    """An answerable question: found in the first 5 passages, answered, with the evidence."""
    question = Question(
        id=identity,
        question=f"Ask {identity}?",
        answerable=True,
        expected=(Expected(document="a.txt", quote="x" * 10, start=0),),
        tags=tuple(tags),
    )
    quotes = [EVIDENCE if evidence and hit else BESIDE] if answered else []
    made = response([("a.txt" if hit else "b.txt", 0, 100)], quotes)
    return Record(question, (WANTED,), made, None, 0.02, 2, 2)


def unanswerable(identity: str, *, refused: bool = True, tags: Sequence[str] = ()) -> Record:
    """An unanswerable question."""
    question = Question(
        id=identity, question=f"Ask {identity}?", answerable=False, tags=tuple(tags)
    )
    made = response([("a.txt", 0, 100)], [] if refused else [BESIDE])
    return Record(question, (), made, None, 0.02, 1, 1)


def broken(record: Record) -> Record:
    """The same question, ended in an error."""
    return replace(record, response=None, error="the index is gone", citations=0, verified=0)


def retold(record: Record, **changed: object) -> Record:
    """The same answer to a question that was changed."""
    return replace(record, question=record.question.model_copy(update=changed))


def run_of(records: Iterable[Record], facts: RunFacts = FACTS) -> Run:
    """A finished run."""
    kept = tuple(records)
    return Run(replace(facts, finished=facts.created, asked=len(kept)), kept)


def saved(run: Run, folder: Path) -> Path:
    """A run in its folder, as ``citewell eval`` leaves it."""
    kept = open_folder(folder, replace(run.facts, finished=None))
    for record in run.records:
        kept.add(record)
    kept.finish()
    kept.close()
    return folder


def mixed(wrong: Iterable[int] = (), n: int = 300, each_fifth_unanswerable: bool = True) -> Run:
    """``n`` questions, all right but those of these numbers.

    Each fifth is unanswerable. A wrong one is not found and without evidence, or answered
    though it is unanswerable.
    """
    missed = set(wrong)
    return run_of(
        unanswerable(f"q{i}", refused=i not in missed)
        if each_fifth_unanswerable and i % 5 == 4
        else asked(f"q{i}", hit=i not in missed)
        for i in range(n)
    )
