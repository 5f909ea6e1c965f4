"""Files of benchmark collections. In: JSON Lines, tables of judgements. Out: checked rows.

What a row lacks is told with the file and the line; nothing is passed over.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from eval.errors import QuestionSetInvalid

_Identity = Annotated[str, Field(min_length=1)]
_JUDGEMENT = "a query's id, a document's id and a whole number, with tabs between them"
Qrels = dict[str, dict[str, int]]
"""The grade of each judged document, by query."""


class _Identified(BaseModel):
    id: Annotated[_Identity, Field(alias="_id")]


_Row = TypeVar("_Row", bound=_Identified)


class DocumentRow(_Identified):
    """A line of ``corpus.jsonl``; other fields are not read."""

    title: str | None = None
    text: str


class SpanRow(BaseModel):
    """Where an answer stands: code points of a document's text, end exclusive."""

    doc: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]


class QueryRow(_Identified):
    """A line of ``queries.jsonl``; other fields are not read.

    ``lost``: the answer was in a document of which this is what is left. ``near``: the document
    that an unanswerable query was written for.
    """

    text: str
    spans: tuple[SpanRow, ...] | None = None
    answers: tuple[str, ...] | None = None
    answerable: bool = True
    group: str | None = None
    lost: bool = False
    near: str | None = None


def is_there(folder: Path, name: str) -> bool:
    """Whether a folder holds a JSON Lines file, packed or not."""
    return (folder / name).is_file() or _packed(folder / name).is_file()


def read_rows(file: Path, kind: type[_Row]) -> list[_Row]:
    """The rows of a JSON Lines file, or of the same file gzipped.

    Raises ``QuestionSetInvalid`` for a file that cannot be read, a line that is no such row,
    and an id that is used twice.
    """
    rows: dict[str, _Row] = {}
    for number, line in _lines(file):
        try:
            row = kind.model_validate_json(line, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise _wrong(file, number, f"{place or 'the line'}: {first['msg']}") from error
        if row.id in rows:
            raise _wrong(file, number, f"the id {row.id!r} is used before; ids must differ")
        rows[row.id] = row
    return list(rows.values())


def read_qrels(file: Path) -> Qrels:
    """A table of judgements, its first line a header.

    Raises ``QuestionSetInvalid`` for a file that cannot be read and a line that judges nothing.
    """
    qrels: Qrels = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream, delimiter="\t", strict=True)
            for row in rows:
                if not row:
                    continue
                if rows.line_num == 1:
                    _check_header(file, row)
                    continue
                query, document, grade = row
                qrels.setdefault(query, {})[document] = int(grade)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(file, error) from error
    except ValueError as error:
        raise _wrong(file, rows.line_num, f"is not {_JUDGEMENT} ({error})") from error
    return qrels


def _check_header(file: Path, row: list[str]) -> None:
    if len(row) == 3 and row[2].strip().lstrip("-").isdigit():
        raise _wrong(file, 1, "is a judgement where the header stands (query-id corpus-id score)")


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    packed = not file.exists() and _packed(file).exists()
    try:
        with (
            gzip.open(_packed(file), "rt", encoding="utf-8-sig", newline="\n")
            if packed
            else file.open(encoding="utf-8-sig", newline="\n")
        ) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise _unreadable(_packed(file) if packed else file, error) from error


def _packed(file: Path) -> Path:
    return file.with_name(f"{file.name}.gz")


def _wrong(file: Path, number: int, what: str) -> QuestionSetInvalid:
    return QuestionSetInvalid(f"{file}, line {number}: {what}; correct it")


def _unreadable(file: Path, error: Exception) -> QuestionSetInvalid:
    return QuestionSetInvalid(f"{file} cannot be read ({error}); correct the file or its name")
