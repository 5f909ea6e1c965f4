"""Commands on question sets. In: collections, question sets, an index. Out: sets, findings."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from eval.questions.check import check_lines
from eval.questions.collection import DOCUMENTS, QUESTIONS, Exported, export_collection
from eval.questions.evidence import Library
from eval.questions.finding import Finding
from eval.questions.forms import Found, read_any
from eval.questions.held_out import Unanswerable, with_unanswerable
from eval.questions.question import Line, read_lines
from index.bypath import IndexTexts
from index.console import BAD_NEWS, explained_errors, messages, output
from index.counted import counted
from index.generation import Index, open_index
from service.cli import Folder
from service.settings import read_settings


def check(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    index: Folder = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each finding as a line of JSON.")
    ] = False,
) -> None:
    """Check a question set against an index: every line, quote, duplicate and imbalance.

    No model is loaded. Exit 0 without errors, 1 with some; warnings alone are 0.
    """
    with explained_errors():
        lines = read_lines(questions)
        opened = open_index(read_settings(index=index).index)
        texts = IndexTexts(opened)
        findings = check_lines(lines, Library(sorted(texts), texts.__getitem__))
    for finding in findings:
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            output.print(_told(questions, finding))
    (messages if as_json else output).print(_summary(lines, findings, opened))
    if any(finding.level == "error" for finding in findings):
        sys.exit(BAD_NEWS)


_Which = Annotated[
    Unanswerable,
    typer.Option(
        help="Which questions become unanswerable: those written so; those of a third of the "
        "documents, which is held out; besides those written so, those whose answer is lost.",
    ),
]


def import_collection(
    source: Annotated[
        Path, typer.Argument(help="Folder with corpus.jsonl, queries.jsonl, qrels; or SQuAD file.")
    ],
    out: Annotated[Path, typer.Option("--out", help="New folder for documents and questions.")],
    split: Annotated[
        str | None,
        typer.Option(help="Which of BEIR's qrels.", show_default="test, else dev, else train"),
    ] = None,
    off_subject: Annotated[
        Path | None,
        typer.Option(help="Another collection; its questions become the unanswerable ones."),
    ] = None,
    without: Annotated[
        Path | None, typer.Option(help="Another collection; what it asks too is left out.")
    ] = None,
    unanswerable: _Which = Unanswerable.WRITTEN,
    titles: Annotated[bool, typer.Option("--titles", help="Put titles before the texts.")] = False,
) -> None:
    """Turn a benchmark collection into a source folder and a question set.

    It may have the form of BEIR, with or without answer spans, or of SQuAD 1.1 or 2.0.
    """
    with explained_errors():
        found = read_any(source, split, with_titles=titles)
        collection = found.collection
        if without:
            collection = collection.without(read_any(without).collection)
        collection = with_unanswerable(collection, unanswerable)
        other = read_any(off_subject).collection if off_subject else None
        exported = export_collection(collection, out, other, with_titles=titles)
    output.print(f"{source} read as {_form(found)}")
    _print_exported(exported, out)
    if not exported.answerable + exported.unanswerable:
        messages.print("citewell: no question is left; choose another collection or other options")
        sys.exit(BAD_NEWS)


def _print_exported(exported: Exported, out: Path) -> None:
    output.print(f"{counted(exported.documents, 'document')} in {out / DOCUMENTS}")
    output.print(
        f"{exported.answerable} answerable and {exported.unanswerable} unanswerable questions in "
        f"{out / QUESTIONS}"
    )
    for reason, count in exported.left_out.items():
        if count:
            output.print(f"left out: {count} {reason}")


def _told(file: Path, finding: Finding) -> str:
    """A finding as compilers tell them, so that editors find the line."""
    line = "" if finding.line is None else f"{finding.line}:"
    identity = finding.id if finding.id is None or finding.id.isprintable() else repr(finding.id)
    named = "" if identity is None else f"{identity}: "
    return f"{file}:{line} {finding.level}: {named}{finding.sentence} [{finding.kind}]"


def _summary(lines: Sequence[Line], findings: Sequence[Finding], index: Index) -> str:
    kinds = Counter(line.question.answerable for line in lines if line.question)
    levels = Counter(finding.level for finding in findings)
    return (
        f"{kinds[True]} answerable and {kinds[False]} unanswerable questions against "
        f"{counted(index.manifest.counts.documents, 'document')}: "
        f"{counted(levels['error'], 'error')}, {counted(levels['warning'], 'warning')}"
    )


def _form(found: Found) -> str:
    return found.form.value + (f", split {found.split}" if found.split else "")
