"""Exceptions as they are logged. In: an exception. Out: its traceback, without what it quotes.

Messages of other programs' exceptions quote what they failed at: a question, a text. They are
left out; where the error came from and of which kind it is tells what to mend.
"""

import traceback
from collections.abc import Iterator

from index.errors import CitewellError

WITHHELD = "(message withheld: CITEWELL_LOG_QUESTIONS=true shows it)"
_DEEPEST = 10  # causes


def told_failure(error: BaseException, *, whole: bool) -> str:
    """The lines of a traceback with its causes, the first cause first; with ``whole`` as Python
    prints it."""
    if whole:
        return "".join(traceback.format_exception(error)).rstrip("\n")
    return "\n".join(_lines(error, _DEEPEST))


def _lines(error: BaseException, deepest: int) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and deepest:
        yield from _lines(cause, deepest - 1)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    for frame in traceback.format_tb(error.__traceback__):
        yield frame.rstrip("\n")
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_told(error)}"
    if isinstance(error, BaseExceptionGroup) and deepest:
        for part in error.exceptions:
            yield from _lines(part, deepest - 1)


def _told(error: BaseException) -> str:
    if isinstance(error, CitewellError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return WITHHELD
