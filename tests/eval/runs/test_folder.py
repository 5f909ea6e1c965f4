"""A run folder keeps every record at once, and a stopped run goes on where it was."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import OutputExists, RunInvalid
from eval.questions.question import Question, read_questions
from eval.runs.asker import EngineAsker
from eval.runs.conduct import conduct
from eval.runs.folder import RECORDS, RUN, open_folder, read_facts, read_run
from eval.runs.record import Record, Run
from service.engine import Engine
from service.settings import changed_settings
from tests.eval.runs.lines import LINES
from tests.service.corpora import ranking_file


@pytest.fixture
def whole(tmp_path: Path, file: Path, small_engine: Engine) -> Path:
    """The folder of a finished run."""
    conduct(file, read_questions(file), EngineAsker(small_engine), tmp_path / "whole", "x")
    return tmp_path / "whole"


class Stopped(Exception):
    """The process was stopped."""


def _stop_after(count: int) -> object:
    def progress(_step: str, done: int, _total: int) -> None:
        if done == count:
            raise Stopped

    return progress


def _begun(folder: Path, file: Path, engine: Engine, count: int) -> None:
    with pytest.raises(Stopped):
        conduct(
            file,
            read_questions(file),
            EngineAsker(engine),
            folder,
            "first",
            _stop_after(count),  # type: ignore[arg-type]
        )


def _timeless(records: tuple[Record, ...]) -> list[Record]:
    return [
        replace(r, seconds=0, response=r.response and replace(r.response, timings_ms={}))
        for r in records
    ]


def test_a_run_comes_back_as_it_was(file: Path, small_engine: Engine, tmp_path: Path) -> None:
    run = conduct(file, read_questions(file), EngineAsker(small_engine), tmp_path / "run", "x")
    assert read_run(tmp_path / "run") == run
    assert isinstance(run, Run)
    assert [record.question.id for record in run.records] == ["one", "two", "blank"]


def test_the_facts_tell_what_was_run(whole: Path, file: Path, small_engine: Engine) -> None:
    facts = read_facts(whole)
    assert (facts.command, facts.questions, facts.asked, facts.top_k) == ("x", str(file), 3, 10)
    assert facts.finished is not None
    assert facts.source.index_digest == small_engine.ref.digest
    assert facts.source.model == "letters 000000000000"
    assert facts.source.settings is not None
    assert facts.source.settings["pool"] == small_engine.settings.pool
    assert "citewell" in facts.source.versions


@pytest.mark.parametrize("count", [1, 2])
def test_a_stopped_run_goes_on(
    tmp_path: Path, file: Path, small_engine: Engine, whole: Path, count: int
) -> None:
    folder = tmp_path / "stopped"
    _begun(folder, file, small_engine, count)
    with pytest.raises(RunInvalid, match="is unfinished; go on with `citewell eval"):
        read_run(folder)
    asked: list[int] = []
    run = conduct(
        file,
        read_questions(file),
        EngineAsker(small_engine),
        folder,
        "second",
        lambda _step, done, _total: asked.append(done),
    )
    assert asked == list(range(count + 1, 4))
    assert _timeless(run.records) == _timeless(read_run(whole).records)
    assert _timeless(read_run(folder).records) == _timeless(run.records)


def test_a_torn_record_is_asked_again(
    tmp_path: Path, file: Path, small_engine: Engine, whole: Path
) -> None:
    folder = tmp_path / "torn"
    _begun(folder, file, small_engine, 2)
    lines = (folder / RECORDS).read_bytes()
    (folder / RECORDS).write_bytes(lines[:-7])
    run = conduct(file, read_questions(file), EngineAsker(small_engine), folder, "again")
    assert _timeless(read_run(folder).records) == _timeless(read_run(whole).records)
    assert len(run.records) == 3


@pytest.mark.parametrize("spoil", [b"{}\n", b"no JSON\n", b"\xff\n"])
def test_a_stopped_run_with_damaged_records_does_not_go_on(
    tmp_path: Path, file: Path, small_engine: Engine, spoil: bytes
) -> None:
    folder = tmp_path / "stopped"
    _begun(folder, file, small_engine, 1)
    (folder / RECORDS).write_bytes(spoil)
    with pytest.raises(
        RunInvalid, match=r"records\.jsonl cannot be read \(line 1: .*run the questions again"
    ):
        conduct(file, read_questions(file), EngineAsker(small_engine), folder, "x")
    assert (folder / RECORDS).read_bytes() == spoil


def test_a_stopped_run_without_records_begins_anew(
    tmp_path: Path, file: Path, small_engine: Engine
) -> None:
    folder = tmp_path / "stopped"
    _begun(folder, file, small_engine, 1)
    (folder / RECORDS).unlink()
    run = conduct(file, read_questions(file), EngineAsker(small_engine), folder, "x")
    assert [record.question.id for record in run.records] == ["one", "two", "blank"]


def test_records_without_facts_are_not_written_over(
    whole: Path, file: Path, small_engine: Engine
) -> None:
    (whole / RUN).unlink()
    before = (whole / RECORDS).read_bytes()
    with pytest.raises(OutputExists, match=r"records\.jsonl is there.*another folder with --out"):
        conduct(file, read_questions(file), EngineAsker(small_engine), whole, "x")
    assert (whole / RECORDS).read_bytes() == before


def test_a_file_is_no_folder_for_a_run(file: Path, small_engine: Engine) -> None:
    with pytest.raises(OutputExists, match=r"questions\.jsonl is a file; name a folder with --out"):
        conduct(file, read_questions(file), EngineAsker(small_engine), file, "x")


def test_a_finished_run_is_not_written_over(
    whole: Path, file: Path, questions: list[Question], small_engine: Engine
) -> None:
    before = (whole / RECORDS).read_bytes()
    with pytest.raises(OutputExists, match="already holds a run; name another folder with --out"):
        conduct(file, questions, EngineAsker(small_engine), whole, "x")
    assert (whole / RECORDS).read_bytes() == before


def test_a_run_of_something_else_does_not_go_on(
    tmp_path: Path, file: Path, small_engine: Engine
) -> None:
    folder = tmp_path / "stopped"
    _begun(folder, file, small_engine, 1)
    other = small_engine.with_settings(changed_settings(small_engine.settings, "pool", "3"))
    with pytest.raises(OutputExists, match=r"is of something else \(source differ"):
        conduct(file, read_questions(file), EngineAsker(other), folder, "x")
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES[::-1]), "utf-8")
    with pytest.raises(OutputExists, match=r"is of something else \(questions_sha256 differ"):
        conduct(file, read_questions(file), EngineAsker(small_engine), folder, "x")


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunInvalid, match=r"holds no run .*make one with `citewell eval"):
        read_run(tmp_path)


@pytest.mark.parametrize("spoil", [b"{}\n", b"", b"no JSON\n"])
def test_damaged_records_are_named(whole: Path, spoil: bytes) -> None:
    (whole / RECORDS).write_bytes(spoil)
    with pytest.raises(RunInvalid, match="run the questions again"):
        read_run(whole)


def test_damaged_facts_are_named(whole: Path) -> None:
    (whole / RUN).write_text("{}", "utf-8")
    with pytest.raises(RunInvalid, match="holds no run that can be read"):
        open_folder(whole, read_facts(whole))


def test_weights_in_force_are_told_by_their_digests(small_engine: Engine, tmp_path: Path) -> None:
    weights = ranking_file(tmp_path / "words", lexical=1)
    shipped = EngineAsker(small_engine).source.versions
    settings = changed_settings(small_engine.settings, "ranking", str(weights))
    changed = EngineAsker(small_engine.with_settings(settings)).source.versions
    assert changed["ranking"] == hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    assert shipped["ranking"] != changed["ranking"]
    assert shipped["calibration"] == changed["calibration"] != shipped["ranking"]
