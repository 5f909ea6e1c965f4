"""Where records go. In: level, form. Out: logging that writes lines to standard error.

Other libraries log what they are given, at the levels info and debug: their records are kept
from warnings on, whatever is set, so that no question and no key comes into the log by them.
"""

import logging
import sys
from typing import Literal

from service.watching.lines import JsonLines, TextLines

LogFormat = Literal["text", "json"]
_OWN = ("service", "index", "eval", "uvicorn")


def set_up_logs(
    level: str, form: LogFormat, *, questions: bool = False, worker: int | None = None
) -> None:
    """Write this program's records from ``level`` on; with ``questions`` also what exceptions
    quote, and with the number of a ``worker`` in each."""
    handler = logging.StreamHandler(sys.stderr)
    lines = JsonLines if form == "json" else TextLines
    handler.setFormatter(lines(whole=questions, worker=worker))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))
    for name in _OWN:
        logging.getLogger(name).setLevel(level.upper())
    logging.captureWarnings(capture=True)
