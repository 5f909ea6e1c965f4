"""What a calibration is fitted on. In: run folders and question sets by name. Out: runs."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import QuestionSetInvalid, RunInvalid
from eval.questions.question import Question, read_questions
from eval.runs.asker import EngineAsker
from eval.runs.conduct import conduct
from eval.runs.folder import new_folder, read_run
from index.console import INTERRUPTED, messages, progress
from service.engine import open_engine
from service.settings import read_settings

if TYPE_CHECKING:
    from eval.fitting.examples import NamedRun


@dataclass(frozen=True, slots=True)
class Source:
    """A run's folder or a question set's file, the tag to take of it, and both as stated."""

    stated: str
    path: Path
    tag: str | None

    @property
    def is_question_set(self) -> bool:
        """Whether it has to be run first."""
        return self.path.suffix == ".jsonl"

    def is_named(self, name: str) -> bool:
        """Whether it is meant: as it was stated, by its path, or by its folder's name."""
        return (
            name in (self.stated, self.path.resolve().name)
            or Path(name).resolve() == self.path.resolve()
        )


def read_sources(stated: Sequence[str]) -> list[Source]:
    """Each source, looked at; raises as reading a run or a question set does."""
    sources = [Source(each, *_with_tag(each)) for each in stated]
    for source in sources:
        if source.is_question_set:
            tagged(source.path, source.tag)
        else:
            read_run(source.path)
    return sources


def numbers(sources: Sequence[Source], names: Sequence[str]) -> list[int]:
    """Which of the sources are named, from 0; raises ``RunInvalid`` when a name is of none."""
    unknown = [name for name in names if not any(source.is_named(name) for source in sources)]
    if unknown:
        raise RunInvalid(
            f"{', '.join(unknown)} is none of what was given; there are "
            f"{', '.join(source.stated for source in sources)}"
        )
    return [n for n, source in enumerate(sources) if any(map(source.is_named, names))]


def named_runs(sources: Sequence[Source], index: Path | None) -> "list[NamedRun]":
    """The run of each source, by its folder's name; question sets are run on ``index`` first."""
    from eval.fitting.examples import NamedRun  # noqa: PLC0415 - SciPy takes a second

    sets = [source.path for source in sources if source.is_question_set]
    if index and not sets:
        raise RunInvalid("--index goes with a question set; a run knows its own index")
    folders = _conducted(sets, index)
    runs = [(folders.get(source.path, source.path), source.tag) for source in sources]
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


def tagged(file: Path, tag: str | None) -> list[Question]:
    """The questions with a tag, or all; raises ``QuestionSetInvalid`` when there is none."""
    chosen = [q for q in read_questions(file) if tag is None or tag in q.tags]
    if not chosen:
        raise QuestionSetInvalid(f"{file} has no question tagged {tag!r}; choose another tag")
    return chosen
