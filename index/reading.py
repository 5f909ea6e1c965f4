"""The child process that parses files. In: frames on standard input. Out: frames on output.

A request is two frames, the media type and the file's bytes; the reply is one frame of JSON,
``{"parsed": ...}`` or ``{"refused": reason}``. Whatever a file does to this process, it has no
more memory and time than its limits and cannot write files; nothing it says is trusted.
"""

import json
import math
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from index.errors import FileRefused
from index.formats import media
from index.formats.docx import read_docx
from index.formats.epub import read_epub
from index.formats.html import read_html, read_xhtml
from index.formats.jsonlines import read_json_lines
from index.formats.markdown import read_markdown
from index.formats.parsed import Parsed
from index.formats.pdf import read_pdf
from index.formats.tables import read_csv, read_tsv
from index.frames import frame, read_frame
from index.limits import MIB, Limits

READERS: dict[str, Callable[[bytes], Parsed]] = {
    media.MARKDOWN: read_markdown,
    media.HTML: read_html,
    media.XHTML: read_xhtml,
    media.PDF: read_pdf,
    media.DOCX: read_docx,
    media.EPUB: read_epub,
    media.CSV: read_csv,
    media.TSV: read_tsv,
    media.JSON_LINES: read_json_lines,
}
_GRACE_SECONDS = 2


def main(limits: Limits) -> None:
    """Answer requests until the parent closes its end."""
    requests, replies = sys.stdin.buffer, _take_output()
    _confine(limits)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while (kind := read_frame(requests)) is not None:
        content = read_frame(requests)
        if content is None:
            return
        # If the parent is killed while a parser holds the interpreter: the clock ends this.
        signal.alarm(math.ceil(limits.seconds) + _GRACE_SECONDS)
        reply = _reply(kind.decode(), content, limits)
        signal.alarm(0)
        del content
        for part in frame(reply):
            replies.write(part)
        replies.flush()


def _reply(kind: str, content: bytes, limits: Limits) -> bytes:
    try:
        parsed = READERS[kind](content)
        _refuse_length(parsed, limits)
        return json.dumps({"parsed": asdict(parsed)}, ensure_ascii=False).encode()
    except FileRefused as error:
        reason = str(error)
    except MemoryError:
        reason = f"needs more than {limits.memory // MIB} MiB of memory to read; split it"
    except Exception as error:  # a parser may fail in any way; the file is named
        reason = f"cannot be read ({type(error).__name__}: {error}); save it in its format anew"
    return json.dumps({"refused": reason}).encode()


def _refuse_length(parsed: Parsed, limits: Limits) -> None:
    if len(parsed.text.encode()) > limits.text:
        raise FileRefused(f"holds more than {limits.text / MIB:g} MiB of text; split it")


def _take_output() -> BinaryIO:
    """Standard output for replies alone; what a parser prints goes to standard error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _confine(limits: Limits) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, and so this
    at_start = _address_space()
    if at_start is not None:
        most = at_start + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _address_space() -> int | None:
    """How much address space this process has; only Linux tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return None
    return pages * resource.getpagesize()


def _end_with_parent() -> None:
    hangup = select.poll()
    hangup.register(sys.stdin.fileno(), 0)  # nothing but that the other end was closed
    hangup.poll()
    os._exit(0)


if __name__ == "__main__":
    main(Limits(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
