"""The command ``citewell eval feedback``. In: feedback beside an index. Out: a question set."""

from pathlib import Path
from typing import Annotated

import typer

from eval.errors import OutputExists
from eval.questions.feedback import Exported, Placed, place_anew, questions_from, write_questions
from index.bypath import IndexTexts
from index.console import BAD_NEWS, explained_errors, messages, output
from index.generation import open_index
from service.cli import Folder
from service.feedback import FeedbackStore, Kept
from service.settings import read_settings


def feedback(
    out: Annotated[Path, typer.Option("--out", help="New file for the questions, JSON Lines.")],
    index: Folder = None,
) -> None:
    """Turn the feedback that was given on answers into a question set."""
    with explained_errors():
        if out.exists():
            raise OutputExists(f"{out} exists; name a new file with --out")
        root = read_settings(index=index).index
        opened = open_index(root)
        kept = FeedbackStore.of(root).read()
        placed = place_anew(kept.feedback, IndexTexts(opened).get)
        exported = questions_from(placed.feedback)
        if exported.questions:
            write_questions(exported.questions, out)
    _tell(kept, placed, exported)
    if not exported.questions:
        messages.print(f"no feedback on {root} tells what is right; nothing is written")
        raise typer.Exit(BAD_NEWS)
    messages.print(f"written to {out}")


def _tell(kept: Kept, placed: Placed, exported: Exported) -> None:
    answerable = sum(question.answerable for question in exported.questions)
    output.print(
        f"{len(exported.questions)} questions of {len(kept.feedback)} pieces of feedback: "
        f"{answerable} with places that answer, {len(exported.questions) - answerable} that the "
        "documents do not answer"
    )
    for count, what in (
        (exported.silent, "pieces of feedback tell neither a place nor that there is none"),
        (exported.overruled, "pieces of feedback are contradicted by later ones"),
        (placed.moved, "quotes have moved within their documents"),
        (placed.lost, "quotes are in the documents no longer, or more than once, and left out"),
        (len(kept.unread), "lines of feedback cannot be read and are left out"),
    ):
        if count:
            output.print(f"{count} {what}")
    for line in kept.unread:
        messages.print(line)
