"""The terminal side of every command. In: errors, progress. Out: lines, bars, exit codes.

Exit codes: 0 good, 1 the answer is bad news, 2 wrong use. This is the one place that maps
errors to them.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.build import Progress as Report
from index.errors import CitewellError, WrongUse

BAD_NEWS, WRONG_USE = 1, 2
_SECONDS_BETWEEN_LINES = 5.0

output = Console(highlight=False, markup=False, soft_wrap=True)
messages = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def explained_errors() -> Iterator[None]:
    """Turn a ``CitewellError`` into one line on standard error and its exit code."""
    try:
        yield
    except CitewellError as error:
        messages.print(f"citewell: {error}")
        sys.exit(WRONG_USE if isinstance(error, WrongUse) else BAD_NEWS)
    except (OSError, sqlite3.Error) as error:
        # The disk: full, read-only, failing. SQLite and Python each say it in their own class.
        messages.print(f"citewell: {error}; make room or choose another folder, then repeat")
        sys.exit(BAD_NEWS)
    except KeyboardInterrupt:
        messages.print("citewell: interrupted; nothing was changed")
        sys.exit(130)


@contextmanager
def progress() -> Iterator[Report]:
    """A reporter of progress: a bar on a terminal, a plain line now and then in a pipe."""
    if not messages.is_terminal:
        yield _Lines().report
        return
    columns = (TextColumn("{task.description:<6}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=messages) as bars:
        tasks = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield report


class _Lines:
    """Progress for a pipe: a step's first and last state, and one line in five seconds."""

    def __init__(self) -> None:
        self._last = 0.0

    def report(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - self._last > _SECONDS_BETWEEN_LINES:
            messages.print(f"{step} {done}/{total}")
            self._last = now
