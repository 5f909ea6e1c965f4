"""Lines of the log: nothing that was sent can forge one, and nothing is told that was asked."""

import json
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import IndexMissing
from service.watching.failure import WITHHELD
from service.watching.lines import JsonLines, Lines, TextLines
from service.watching.request import begun, working_on

FORMS = [TextLines(), JsonLines()]
FORGED = "fine\n2026-01-01T00:00:00.000Z INFO x: forged\r\x1b[2J\x85\u2028\u202e\x7f"


def _record(
    message: str, error: BaseException | None = None, **fields: object
) -> logging.LogRecord:
    about = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x.y", logging.INFO, "", 0, "%s", (message,), about)
    record.created = 1767225600.5
    record.fields = fields
    return record


def test_text_is_a_line_of_names_and_values() -> None:
    line = TextLines().format(_record("done", status=200, key=None, client='a b="c'))
    assert line == '2026-01-01T00:00:00.500Z INFO x.y: done status=200 client="a b=\\"c"'


def test_json_is_an_object() -> None:
    line = JsonLines().format(_record("done", status=200, key=None, milliseconds=1.5))
    assert json.loads(line) == {
        "time": "2026-01-01T00:00:00.500Z",
        "level": "info",
        "logger": "x.y",
        "message": "done",
        "status": 200,
        "milliseconds": 1.5,
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_work_is_named(form: Lines) -> None:
    work = begun(["id-1"])
    with working_on(work):
        line = form.format(_record("done"))
    for part in ("id-1", work.trace.trace_id, work.trace.span_id):
        assert part in line
    assert "id-1" not in form.format(_record("done"))


@pytest.mark.parametrize("form", FORMS)
@given(text=st.text() | st.just(FORGED))
def test_nothing_ends_a_line_or_steers(form: Lines, text: str) -> None:
    line = form.format(_record(text, client=text))
    assert len(line.splitlines()) == 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]", line)
    line.encode("utf-8")


def test_json_can_be_read_whatever_was_sent() -> None:
    assert json.loads(JsonLines().format(_record("x", client=FORGED)))["client"] == FORGED


def _raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause  # noqa: TRY301 - so that it has a traceback
    except BaseException as caught:
        return caught


@pytest.mark.parametrize("form", FORMS)
def test_what_an_exception_quotes_is_withheld(form: Lines) -> None:
    group = BaseExceptionGroup("where is it?", [_raised(KeyError("where is it?"))])
    for error in (ValueError("where is it?"), _raised(group)):
        line = form.format(_record("failed", _raised(RuntimeError("where is it?"), error)))
        assert "where is it?" not in line
        assert WITHHELD in line
        assert "test_lines.py" in line
        assert type(error).__name__ in line


def test_own_and_system_errors_are_told() -> None:
    own = JsonLines().format(_record("failed", _raised(IndexMissing("there is no index"))))
    assert "index.errors.IndexMissing: there is no index" in own
    full = JsonLines().format(_record("failed", _raised(OSError(28, "No space left", "/a/b"))))
    assert "OSError: No space left" in full


def test_all_is_told_where_it_is_asked_for() -> None:
    line = TextLines(whole=True).format(_record("failed", _raised(ValueError("where is it?"))))
    assert "ValueError: where is it?" in line


def test_no_line_of_a_traceback_looks_like_a_record() -> None:
    error = _raised(ValueError(FORGED))
    first, *rest = TextLines(whole=True).format(_record("failed", error)).splitlines()
    assert first.endswith("failed")
    assert rest
    assert [line for line in rest if not line.startswith("    ")] == []
