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

    Raises ``OutputExists`` when the folder holds a whole run, or one of something else.
    """
    if not (folder / RUN).exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECORDS).write_bytes(b"")
        _write_facts(folder, facts)
        return RunFolder(folder, facts, [])
    check_unfinished(folder)
    begun = read_facts(folder)
    _check_same(folder, begun, facts)
    whole = (folder / RECORDS).read_bytes().rpartition(b"\n")[0]
    records = [_RECORD.validate_json(line) for line in whole.split(b"\n") if line]
    with (folder / RECORDS).open("r+b") as stream:
        stream.truncate(len(whole) + bool(whole))
    return RunFolder(folder, begun, records)


def check_unfinished(folder: Path) -> None:
    """Raise ``OutputExists`` when the folder holds a whole run already."""
    if (folder / RUN).exists() and read_facts(folder).finished:
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
            f"--out {folder}`"
        )
    try:
        lines = (folder / RECORDS).read_bytes().split(b"\n")
        records = tuple(_RECORD.validate_json(line) for line in lines if line)
    except (OSError, ValidationError) as error:
        raise RunInvalid(
            f"{folder / RECORDS} cannot be read ({_first_line(error)}); run the questions again"
        ) from error
    if len(records) != facts.asked:
        raise RunInvalid(
            f"{folder / RECORDS} holds {len(records)} records of {facts.asked}; run the "
            "questions again"
        )
    return Run(facts, records)


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


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
