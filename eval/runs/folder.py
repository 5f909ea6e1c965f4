"""Run folders. In: a Run as it grows. Out: files; the Run again.

``run.json`` tells what is run, ``records.jsonl`` holds a line for each question asked so far.
A run that was stopped goes on in its folder, if everything that it depends on is the same.
"""

import json
import os
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from eval.errors import OutputExists, RunInvalid
from eval.runs.record import Record, Run, RunFacts
from index.files import flush

RUNS = Path(".citewell/runs")
RECORDS, RUN = "records.jsonl", "run.json"
_FACTS = TypeAdapter(RunFacts)
_RECORD = TypeAdapter(Record)
# Times, and how the command was spelt, may differ when a run goes on.
_MAY_DIFFER = ("command", "created", "finished", "questions")


class RunFolder:
    """A folder in which a run is kept while it is made; close it when done."""

    def __init__(self, folder: Path, facts: RunFacts, records: list[Record]) -> None:
        self.folder = folder
        self.facts = facts
        self.records = records
        self._stream: IO[bytes] = (folder / RECORDS).open("ab")

    def add(self, record: Record) -> None:
        """Keep one more record."""
        self.records.append(record)
        self._stream.write(_RECORD.dump_json(record) + b"\n")
        self._stream.flush()

    def finish(self) -> Run:
        """The whole run, which nothing can be added to any more."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.facts = replace(self.facts, finished=now())
        _write_facts(self.folder, self.facts)
        return Run(self.facts, tuple(self.records))

    def close(self) -> None:
        """Close the file of records."""
        self._stream.close()


def open_folder(folder: Path, facts: RunFacts) -> RunFolder:
    """Begin a run, or go on with the one that the folder holds; a torn last record is asked
    again.

    Raises ``OutputExists`` when the folder holds a whole run, one of something else, or records
    of an unknown one, and ``RunInvalid`` when what it holds cannot be read.
    """
    check_free(folder)
    if not (folder / RUN).exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_facts(folder, facts)
        return RunFolder(folder, facts, [])
    begun = read_facts(folder)
    _check_same(folder, begun, facts)
    if not (folder / RECORDS).exists():  # it was stopped before the first
        return RunFolder(folder, begun, [])
    content = (folder / RECORDS).read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    records = _records(folder, whole)
    with (folder / RECORDS).open("r+b") as stream:
        stream.truncate(len(whole))
    return RunFolder(folder, begun, records)


def check_free(folder: Path) -> None:
    """Raise ``OutputExists`` unless a run can begin or go on in the folder."""
    if folder.exists() and not folder.is_dir():
        raise OutputExists(f"{folder} is a file; name a folder with --out")
    if not (folder / RUN).exists():
        if (folder / RECORDS).exists():
            raise OutputExists(
                f"{folder / RECORDS} is there without the {RUN} of its run; name another folder "
                "with --out"
            )
    elif read_facts(folder).finished:
        raise OutputExists(f"{folder} already holds a run; name another folder with --out")


def read_facts(folder: Path) -> RunFacts:
    """What a run folder was made from; raises ``RunInvalid`` when it holds no run."""
    try:
        return _FACTS.validate_json((folder / RUN).read_bytes())
    except (OSError, ValidationError) as error:
        raise RunInvalid(
            f"{folder} holds no run that can be read ({_first_line(error)}); make one with "
            "`citewell eval QUESTIONS.jsonl --out FOLDER`"
        ) from error


def read_run(folder: Path) -> Run:
    """A finished run; raises ``RunInvalid`` when there is none."""
    facts = read_facts(folder)
    if not facts.finished:
        raise RunInvalid(
            f"the run in {folder} is unfinished; go on with `citewell eval {facts.questions} "
            f"--out {folder}` and the --index or --url it was begun with"
        )
    try:
        records = _records(folder, (folder / RECORDS).read_bytes())
    except OSError as error:
        raise _unreadable(folder, error) from error
    if len(records) != facts.asked:
        raise RunInvalid(
            f"{folder / RECORDS} holds {len(records)} records of {facts.asked}; run the "
            "questions again"
        )
    return Run(facts, tuple(records))


def new_folder() -> Path:
    """Where a run goes that nobody named a folder for."""
    return RUNS / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


def now() -> str:
    """This second, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _check_same(folder: Path, begun: RunFacts, facts: RunFacts) -> None:
    before, after = (
        {k: v for k, v in asdict(each).items() if k not in _MAY_DIFFER} for each in (begun, facts)
    )
    unequal = [name for name in before if before[name] != after[name]]
    if unequal:
        raise OutputExists(
            f"the unfinished run in {folder} is of something else ({', '.join(unequal)} differ); "
            "name another folder with --out"
        )


def _write_facts(folder: Path, facts: RunFacts) -> None:
    beside = folder / f"{RUN}.new"
    beside.write_text(json.dumps(asdict(facts), indent=2) + "\n", "utf-8")
    flush(beside)
    beside.replace(folder / RUN)


def _records(folder: Path, content: bytes) -> list[Record]:
    records = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line:
            try:
                records.append(_RECORD.validate_json(line))
            except ValidationError as error:
                raise _unreadable(folder, f"line {number}: {_first_line(error)}") from error
    return records


def _unreadable(folder: Path, reason: object) -> RunInvalid:
    return RunInvalid(
        f"{folder / RECORDS} cannot be read ({reason}); run the questions again in another folder"
    )


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
