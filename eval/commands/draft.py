"""Commands that draft question sets: ``draft`` and ``accept``.

In: an index, drafts. Out: files of drafts, of questions that a person accepted.
"""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from eval.drafting.ledger import Ledger
from eval.drafting.line import as_question
from eval.drafting.propose import Proposal, propose
from eval.drafting.review import Outcome, Review
from eval.drafting.show import Shown
from eval.errors import OutputExists
from eval.questions.question import Question, read_questions
from index.console import INTERRUPTED, explained_errors, messages, output
from index.errors import CitewellError, WrongUse
from index.generation import open_index
from service.cli import Folder
from service.settings import read_settings

DRAFTS = Path("drafts.jsonl")
_ACCEPTED = Path("questions.jsonl")


def draft(
    index: Folder = None,
    out: Annotated[Path, typer.Option("--out", help="New file for the drafts.")] = DRAFTS,
    count: Annotated[int, typer.Option(min=1, help="How many questions.")] = 50,
    held_out: Annotated[
        Path | None,
        typer.Option(help="Folder of documents that are not indexed, to ask what has no answer."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number gives other questions.")] = 0,
) -> None:
    """Draft questions from the indexed documents, to be accepted one by one."""
    with explained_errors():
        if out.exists():
            raise OutputExists(f"{out} exists; name a new file with --out")
        proposal = propose(open_index(read_settings(index=index).index), count, seed, held_out)
        if proposal.drafts:
            _write(out, proposal)
        _report(proposal, count)
    command = ["citewell", "eval", "accept", str(out), "--out", str(_ACCEPTED)]
    if index:
        command += ["--index", str(index)]
    messages.print(f"written to {out}; next, judge them one by one: {shlex.join(command)}")


def _write(out: Path, proposal: Proposal) -> None:
    lines = [as_question(each).model_dump_json(exclude_defaults=True) for each in proposal.drafts]
    with out.open("x", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _report(proposal: Proposal, count: int) -> None:
    for reason in proposal.missing:
        messages.print(reason)
    if not proposal.drafts:
        raise CitewellError("no question could be drafted; write some by hand instead")
    kinds = ", ".join(f"{number} {kind}" for kind, number in proposal.counts.items())
    without = sum(not each.answerable for each in proposal.drafts)
    output.print(
        f"{len(proposal.drafts)} of {count} questions, {without} without an answer: {kinds}"
    )


def accept(
    drafts: Annotated[Path, typer.Argument(help="Drafts, as `citewell eval draft` writes them.")],
    out: Annotated[
        Path, typer.Option("--out", help="Question set that accepted drafts are added to.")
    ],
    index: Folder = None,
) -> None:
    """Judge drafts one at a time; what is accepted becomes part of a question set."""
    with explained_errors():
        ledger = Ledger(drafts, out)
        left = ledger.left(read_questions(drafts))
        if not left:
            output.print(f"nothing is left to judge in {drafts}; measure with citewell eval {out}")
            return
        if not sys.stdin.isatty():
            raise WrongUse(
                "accepting takes a person at a terminal, and standard input is none; run the "
                "command by itself, without a pipe"
            )
        shown = Shown(open_index(read_settings(index=index).index))
        for question in left:
            shown.check(question)
        outcome = _review(left, ledger, shown, out)
    output.print(
        f"{outcome.accepted} accepted into {out}, {outcome.rejected} rejected, {outcome.left} left"
    )


def _review(left: list[Question], ledger: Ledger, shown: Shown, out: Path) -> Outcome:
    def show(question: Question, number: int, total: int) -> None:
        for line in shown.lines(question, number, total):
            output.print(line)

    try:
        return Review(left, ledger, input, show, output.print).run()
    except KeyboardInterrupt:
        messages.print(
            f"\ncitewell: interrupted; what was accepted is in {out}, and the same command goes on"
        )
        sys.exit(INTERRUPTED)
