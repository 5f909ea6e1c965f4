"""The terminal side of every command. In: errors, progress. Out: lines, bars, exit codes.

Exit codes: 0 good, 1 the answer is bad news, 2 wrong use. This is the one place that maps
errors to them.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from index.compose import Progress as Report
from index.errors import CitewellError, WrongUse

BAD_NEWS, WRONG_USE, INTERRUPTED = 1, 2, 130
_SECONDS_BETWEEN_LINES = 5.0
_STDERR = 2

# What documents say is printed as it stands: no markup, and no picture for ":warning:".
output = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
messages = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


class ProgressForm(StrEnum):
    """How progress is shown: a bar or, in a pipe, lines; or JSON, a line an event."""

    AUTO = "auto"
    JSON = "json"


@contextmanager
def explained_errors() -> Iterator[None]:
    """Turn a ``CitewellError`` into one line on standard error and its exit code."""
    try:
        yield
    except CitewellError as error:
        messages.print(f"citewell: {error}")
        sys.exit(WRONG_USE if isinstance(error, WrongUse) else BAD_NEWS)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        messages.print(f"citewell: {error}; correct the path, or make its folder, then repeat")
        sys.exit(WRONG_USE)
    except (OSError, sqlite3.Error) as error:
        # The disk: full, read-only, failing. SQLite and Python each say it in their own class.
        messages.print(f"citewell: {error}; make room or choose another folder, then repeat")
        sys.exit(BAD_NEWS)
    except KeyboardInterrupt:
        messages.print("citewell: interrupted; nothing was changed")
        sys.exit(INTERRUPTED)


@contextmanager
def progress(form: ProgressForm = ProgressForm.AUTO) -> Iterator[Report]:
    """A reporter of progress, with rate and remaining time.

    Ctrl-C takes effect at the next report, when what was begun is finished and kept; a second
    one at once.
    """
    with _interrupts() as interrupts:
        if form is ProgressForm.JSON:
            yield _Reporter(interrupts, _print_json, 0.0).report
        elif messages.is_terminal:
            with _Bars() as bars:
                yield _Reporter(interrupts, bars.show, 0.0).report
        else:
            yield _Reporter(interrupts, _print_line, _SECONDS_BETWEEN_LINES).report


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a step is: the rate in units a second since its first report, and the seconds
    that remain at that rate; None while there is nothing to tell them by."""

    step: str
    done: int
    total: int
    per_second: float | None
    seconds_left: float | None


Show = Callable[[Pace], None]


class _Reporter:
    """Works out the pace of each step and shows it, seldom more than every ``pause`` seconds."""

    def __init__(self, interrupts: "_Interrupts", show: Show, pause: float) -> None:
        self._interrupts, self._show, self._pause = interrupts, show, pause
        self._begun: dict[str, tuple[float, int]] = {}
        self._last = float("-inf")

    def report(self, step: str, done: int, total: int) -> None:
        """So much of a step is done; raises ``KeyboardInterrupt`` when that was asked for."""
        now = time.monotonic()
        start, first = self._begun.setdefault(step, (now, done))
        rate = (done - first) / (now - start) if now > start and done > first else None
        if done >= total or now - self._last > self._pause:
            self._show(Pace(step, done, total, rate, (total - done) / rate if rate else None))
            self._last = now
        self._interrupts.check()


_UNITS = {"compare": "files", "read": "files", "embed": "characters", "words": "words"}


def _print_line(pace: Pace) -> None:
    unit = _UNITS.get(pace.step, "")
    messages.print(f"{pace.step} {pace.done}/{pace.total} {unit}".rstrip() + _told(pace))


def _print_json(pace: Pace) -> None:
    event = {
        "step": pace.step,
        "unit": _UNITS.get(pace.step),
        "done": pace.done,
        "total": pace.total,
        "per_second": pace.per_second and round(pace.per_second, 2),
        "seconds_left": None if pace.seconds_left is None else round(pace.seconds_left, 1),
    }
    sys.stderr.write(json.dumps(event) + "\n")
    sys.stderr.flush()


def _told(pace: Pace) -> str:
    if pace.per_second is None or pace.seconds_left is None:
        return ""
    minutes, seconds = divmod(round(pace.seconds_left), 60)
    return f", {pace.per_second:.0f}/s, {minutes}:{seconds:02} left"


class _Bars:
    """A bar for each step."""

    def __enter__(self) -> "_Bars":
        columns = TextColumn("{task.description:<7}"), BarColumn(), MofNCompleteColumn()
        self._progress = Progress(*columns, TextColumn("{task.fields[pace]}"), console=messages)
        self._tasks: dict[str, TaskID] = {}
        self._progress.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def show(self, pace: Pace) -> None:
        """Move the step's bar."""
        if pace.step not in self._tasks:
            self._tasks[pace.step] = self._progress.add_task(pace.step, pace="")
        told = _told(pace).removeprefix(", ")
        task = self._tasks[pace.step]
        self._progress.update(task, completed=pace.done, total=pace.total, pace=told)


class _Interrupts:
    """Whether Ctrl-C was pressed."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """The handler of SIGINT."""
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        # Whatever the signal interrupts may itself be printing, and neither Rich nor Python's
        # streams can be entered twice.
        os.write(_STDERR, b"finishing what was begun; Ctrl-C again stops at once\n")

    def check(self) -> None:
        """Raise ``KeyboardInterrupt`` when it was pressed."""
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def _interrupts() -> Iterator[_Interrupts]:
    interrupts = _Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before = signal.signal(signal.SIGINT, interrupts.ask)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
