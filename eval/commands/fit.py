"""Commands that fit and compare: ``fit``, ``calibrate``, ``sweep``.

In: question sets or runs. Out: data files, tables.
"""

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.errors import QuestionSetInvalid, RunInvalid
from eval.questions.question import Question, read_questions
from eval.runs.asker import EngineAsker
from eval.runs.conduct import conduct
from eval.runs.folder import new_folder, read_run
from index.console import INTERRUPTED, explained_errors, messages, output, progress
from service.cli import Folder
from service.engine import open_engine
from service.errors import SettingsInvalid
from service.settings import read_settings

if TYPE_CHECKING:
    from eval.fitting.examples import NamedRun


def fit(
    sets: Annotated[
        list[str], typer.Argument(help="Question sets, each with its index: FILE=INDEX.")
    ],
    out: Annotated[Path, typer.Option("--out", help="File for the ranking weights.")],
) -> None:
    """Fit the weights that rank passages on question sets."""
    from eval.fitting.fit import examples, fit_ranking, provenance  # noqa: PLC0415 - SciPy, as above
    from eval.fitting.save import Kind, check_replaceable, save  # noqa: PLC0415

    with explained_errors():
        check_replaceable(out, Kind.WEIGHTS)  # before the fit
        found, sources = [], []
        for file, index in _files_with_index(sets):
            asked = [question for question in read_questions(file) if question.answerable]
            engine = open_engine(read_settings(index=index))
            with progress() as bar:
                found.append(examples(asked, engine, bar))
            sources.append(provenance(file, engine, len(asked), len(found[-1])))
        weights = fit_ranking(found)
        method = "conditional logit over the candidates, no weight below 0, sets weighing the same"
        content = {"weights": weights, "provenance": {"method": method, "sets": sources}}
        save(content, out, Kind.WEIGHTS)
    output.print(json.dumps(weights, indent=2))
    messages.print(f"written to {out}")


def _files_with_index(sets: list[str]) -> list[tuple[Path, Path]]:
    named = [stated.rpartition("=") for stated in sets]
    for file, _, index in named:
        if not file or not index:
            raise QuestionSetInvalid("name each question set as FILE=INDEX, its index's folder")
    return [(Path(file), Path(index)) for file, _, index in named]


def calibrate(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Run folders, or question sets (.jsonl) to run first; name:TAG takes one tag only."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="File for the calibration.")],
    index: Folder = None,
    stated_on: Annotated[
        list[str] | None,
        typer.Option(
            help="A run (or question set) whose unanswerable questions the thresholds are stated "
            "on; may be repeated; all when none is named.",
        ),
    ] = None,
) -> None:
    """Fit scores and confidence to probabilities, and the confidences to answer from."""
    from eval.fitting.calibrate import calibrate as fit_calibration  # noqa: PLC0415 - SciPy, as above
    from eval.fitting.save import Kind, check_replaceable, save  # noqa: PLC0415
    from eval.fitting.told import tables  # noqa: PLC0415

    with explained_errors():
        check_replaceable(out, Kind.CALIBRATION)  # before the questions are asked
        content = fit_calibration(_named_runs(sources, index), stated_on or ())
        save(content, out, Kind.CALIBRATION)
    for line in tables(content):
        output.print(line)
    messages.print(f"written to {out}; CITEWELL_CALIBRATION={out} has it obeyed")


def _named_runs(sources: Sequence[str], index: Path | None) -> "list[NamedRun]":
    from eval.fitting.examples import NamedRun  # noqa: PLC0415 - SciPy, as above

    named = [_with_tag(source) for source in sources]
    if index and not any(_is_question_set(path) for path, _ in named):
        raise RunInvalid("--index goes with a question set; a run knows its own index")
    for path, tag in named:  # all are looked at before the first question is asked
        if _is_question_set(path):
            _tagged(path, tag)
        else:
            read_run(path)
    folders = _conducted([path for path, _ in named if _is_question_set(path)], index)
    runs = [(folders.get(path, path), tag) for path, tag in named]
    return [NamedRun(folder.resolve().name, tag, read_run(folder)) for folder, tag in runs]


def _conducted(files: Sequence[Path], index: Path | None) -> dict[Path, Path]:
    """The folder of a new run of each question set."""
    if not files:
        return {}
    # What is asked here is fitted to, so an earlier calibration has no say in it.
    settings = read_settings(index=index).model_copy(update={"calibration": None})
    asker = EngineAsker(open_engine(settings))
    command = shlex.join(["citewell", *sys.argv[1:]])
    folders: dict[Path, Path] = {}
    for file in dict.fromkeys(files):
        folders[file] = new_folder()
        try:
            with progress() as bar:
                conduct(file, read_questions(file), asker, folders[file], command, bar)
        except KeyboardInterrupt:
            messages.print(
                f"citewell: interrupted; go on with `citewell eval {file} --index "
                f"{settings.index} --out {folders[file]}`, then calibrate on that folder"
            )
            sys.exit(INTERRUPTED)
        messages.print(f"{file}: run kept in {folders[file]}")
    return folders


def _with_tag(source: str) -> tuple[Path, str | None]:
    """The longest path that exists, and the tag after its colon; else what the first one parts."""
    parts = source.split(":")
    stated = [(":".join(parts[:n]), ":".join(parts[n:])) for n in range(len(parts), 0, -1)]
    first = source.partition(":")[::2]
    path, tag = next((each for each in stated if Path(each[0]).exists()), first)
    return Path(path), tag or None


def _tagged(file: Path, tag: str | None) -> list[Question]:
    """The questions with a tag, or all; raises ``QuestionSetInvalid`` when there is none."""
    chosen = [q for q in read_questions(file) if tag is None or tag in q.tags]
    if not chosen:
        raise QuestionSetInvalid(f"{file} has no question tagged {tag!r}; choose another tag")
    return chosen


def _is_question_set(path: Path) -> bool:
    return path.suffix == ".jsonl"


def sweep(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    choices: Annotated[
        list[str], typer.Option("--set", help="setting=value[,value...]; may be repeated.")
    ],
    index: Folder = None,
    measure: Annotated[str, typer.Option(help="The measure to compare.")] = "mrr",
    tag: Annotated[str | None, typer.Option(help="Only questions with this tag.")] = None,
) -> None:
    """Compare values of settings on a question set by paired tests."""
    from eval.fitting.sweep import sweep as compare  # noqa: PLC0415 - SciPy, as above
    from eval.fitting.sweep import table  # noqa: PLC0415
    from eval.verdicts.pairs import check_measures  # noqa: PLC0415

    with explained_errors():
        asked, pairs = _tagged(questions, tag), _pairs(choices)
        check_measures([measure])
        engine = open_engine(read_settings(index=index))
        with progress() as bar:
            variants = compare(asked, engine, pairs, measure, bar)
    for line in table(variants, measure):
        output.print(line)


def _pairs(choices: list[str]) -> list[tuple[str, str]]:
    """``["a=1,2", "b=3"]`` as ``[("a", "1"), ("a", "2"), ("b", "3")]``."""
    named = [choice.partition("=") for choice in choices]
    if not all(name and equals for name, equals, _ in named):
        raise SettingsInvalid("state each --set as setting=value[,value...]")
    return [(name, value) for name, _, values in named for value in values.split(",")]
