"""Commands that give verdicts: ``compare``, ``gate``. In: run folders. Out: tables, exit codes."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.runs.folder import read_run
from index.console import BAD_NEWS, explained_errors, messages, output

if TYPE_CHECKING:
    from eval.verdicts.verdict import Verdict

_SUMMARY = "GITHUB_STEP_SUMMARY"


class _Part(StrEnum):
    TEST = "test"
    TUNING = "tuning"
    ALL = "all"


class _Format(StrEnum):
    TEXT = "text"
    GITHUB = "github"


def compare(
    before: Annotated[Path, typer.Argument(help="Folder of the run to compare with.")],
    after: Annotated[Path, typer.Argument(help="Folder of the run that may be better or worse.")],
    measure: Annotated[
        list[str] | None,
        typer.Option(help="Only this measure; may be repeated. By default one of each subject."),
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only questions with this tag.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the comparison as Markdown.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="File for the comparison as JSON.")
    ] = None,
    every_change: Annotated[
        bool, typer.Option("--all", help="Show every question that changed, not 20 of a kind.")
    ] = False,
) -> None:
    """Compare two runs question by question, by paired tests."""
    from eval.verdicts.compare import MEASURES  # noqa: PLC0415 - SciPy takes a second
    from eval.verdicts.compare import compare as compare_runs  # noqa: PLC0415
    from eval.verdicts.side_by_side import side_by_side  # noqa: PLC0415
    from eval.verdicts.side_by_side_json import as_json  # noqa: PLC0415

    with explained_errors():
        wanted = tuple(dict.fromkeys(measure)) if measure else MEASURES
        found = compare_runs(read_run(before), read_run(after), wanted, tag)
        text = side_by_side(found, every_change=every_change)
        output.print(text)
        if out:
            out.write_text(text, "utf-8")
            messages.print(f"written to {out}")
        if json_file:
            content = json.dumps(as_json(found), indent=2, ensure_ascii=False, allow_nan=False)
            json_file.write_text(content + "\n", "utf-8")
            messages.print(f"written to {json_file}")


def gate(
    run: Annotated[Path, typer.Argument(help="Folder of the run to judge.")],
    baseline: Annotated[
        Path | None, typer.Option(help="Folder of the run it must not be worse than.")
    ] = None,
    floors: Annotated[
        Path | None, typer.Option(help="File of floors that it must reach, TOML.")
    ] = None,
    part: Annotated[
        _Part | None, typer.Option(help="The questions to judge; test if any is so tagged.")
    ] = None,
    significance: Annotated[
        float | None,
        typer.Option(
            min=0.0001, max=0.5, help="How often chance may fail a gate; 0.05 by default."
        ),
    ] = None,
    form: Annotated[
        _Format, typer.Option("--format", help="A table, or GitHub's workflow commands.")
    ] = _Format.TEXT,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", help="File for the checks as JUnit XML.")
    ] = None,
) -> None:
    """Exit with 1 when a run is worse than a baseline or misses a floor."""
    from eval.verdicts.floors import Rules, read_rules  # noqa: PLC0415 - SciPy, as above
    from eval.verdicts.gate import gate as judge_run  # noqa: PLC0415
    from eval.verdicts.junit import junit  # noqa: PLC0415

    with explained_errors():
        rules = (read_rules(floors) if floors else Rules()).with_stated(
            part.value if part else None, significance
        )
        verdict = judge_run(read_run(run), read_run(baseline) if baseline else None, rules)
        _tell(verdict, form)
        if junit_file:
            junit_file.write_bytes(junit(verdict))
    if not verdict.passed:
        sys.exit(BAD_NEWS)


def _tell(verdict: "Verdict", form: _Format) -> None:
    """Print the verdict; a GitHub workflow's summary gets the table."""
    from eval.verdicts.gate_report import github, markdown  # noqa: PLC0415 - SciPy, as above

    if form is _Format.TEXT:
        output.print(markdown(verdict))
        return
    output.print(github(verdict))
    if summary := os.environ.get(_SUMMARY):
        with Path(summary).open("a", encoding="utf-8") as stream:
            stream.write(markdown(verdict))
