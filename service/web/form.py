"""Files of a multipart form. In: a body, chunk by chunk. Out: files in a folder, fields.

Each file goes to the disk as it comes, one open at a time, under a number of our own; names
and fields stay the bytes that were sent, so that nothing is guessed about them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MOST_FILES = 1000
MOST_FIELDS = 8
_MOST_FIELD_BYTES = 8192


class FormInvalid(ValueError):
    """The body is no form, or one with too much in it."""


@dataclass(slots=True)
class Part:
    """A part of a form: a file, if it has a filename, or else a field with its value."""

    name: bytes
    filename: bytes | None
    file: Path
    value: bytes = b""


class FormReader:
    """Takes in the chunks of one form; a file is in ``folder`` as soon as its part ends."""

    def __init__(self, boundary: bytes, folder: Path) -> None:
        self.parts: list[Part] = []
        self._folder = folder
        self._field = self._value = self._disposition = b""
        self._stream: IO[bytes] | None = None
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self.close,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        """Take in what comes next; raises ``FormInvalid``."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise FormInvalid("the body is no multipart form") from error

    def finish(self) -> list[Part]:
        """All parts; raises ``FormInvalid`` when the form has not come to its end."""
        if not self._ended:
            raise FormInvalid("the form ends before its closing boundary")
        return self.parts

    def close(self) -> None:
        """Close the file that is being written, if any."""
        if self._stream:
            self._stream.close()
            self._stream = None

    def _begin(self) -> None:
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        file = self._folder / f"{len(self.parts):04}"
        part = Part(options.get(b"name", b""), options.get(b"filename"), file)
        self.parts.append(part)
        files = sum(part.filename is not None for part in self.parts)
        if files > MOST_FILES or len(self.parts) - files > MOST_FIELDS:
            raise FormInvalid(f"a form may hold {MOST_FILES} files and {MOST_FIELDS} fields")
        if part.filename is not None:
            self._stream = part.file.open("xb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self.parts[-1]
        if self._stream:
            self._stream.write(memoryview(data)[start:end])
        elif len(part.value) + end - start <= _MOST_FIELD_BYTES:
            part.value += data[start:end]
        else:
            raise FormInvalid(f"a field may have {_MOST_FIELD_BYTES} bytes; send files as files")

    def _end(self) -> None:
        self._ended = True
