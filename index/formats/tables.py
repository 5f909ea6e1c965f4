"""CSV and TSV. In: bytes. Out: Parsed: one block for each row, "header: value; header: value".

So a row is found by the names of its columns and can be read by itself. Where the first row is
no header (a number or nothing in it, or a name twice) a row is "value; value".
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from index.errors import FileRefused
from index.formats.encoding import decode
from index.formats.parsed import Builder, Parsed, collapse

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"[-+]?[\d.,\s]+%?")
_LONGEST_FIELD = 1 << 30
csv.field_size_limit(_LONGEST_FIELD)


def read_csv(content: bytes) -> Parsed:
    """Read a table whose delimiter is the one that is commonest in its first line."""
    text = decode(content)
    first = _QUOTED.sub("", text.lstrip().split("\n", 1)[0])
    return _read(_rows(text, max(_DELIMITERS, key=first.count)))


def read_tsv(content: bytes) -> Parsed:
    """Read a table delimited by tabs; where quotes do not pair they stand for themselves."""
    text = decode(content)
    try:
        return _read(_rows(text, "\t"))
    except FileRefused:
        return _read(line.split("\t") for line in text.splitlines())


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    # A row's end is a line feed: csv splits at no other if it is given lines.
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    first = 1
    try:
        for row in rows:
            yield row
            first = rows.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            f"is no table that can be read (line {first}: {error}); save it as CSV anew"
        ) from error


def _read(rows: Iterable[list[str]]) -> Parsed:
    builder = Builder()
    tidy = ([collapse(cell) for cell in row] for row in rows)
    filled = (row for row in tidy if any(row))
    first = next(filled, [])
    names = first if _is_header(first) else []
    second = next(filled, None)
    if not names or second is None:  # a header alone is all the text there is
        builder.add(_block([], first))
    for row in chain([second] if second else [], filled):
        builder.add(_block(names, row))
    return builder.build()


def _block(names: Sequence[str], row: Sequence[str]) -> str:
    shown = ((name, cell) for name, cell in zip_longest(names, row, fillvalue="") if cell)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in shown)


def _is_header(row: Sequence[str]) -> bool:
    return len(set(row)) == len(row) and not any(
        not cell or _NUMBER.fullmatch(cell) for cell in row
    )
