"""An upload. In: a request with a multipart form. Out: files with their paths, refusals.

Nothing of the body is held in memory, and no byte over the limit is taken.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from anyio import to_thread
from fastapi import HTTPException, Request
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect

from index.errors import FileRefused
from index.sources import SourceFile
from service.errors import DocumentRefused, EditingFailed, Refusal, UploadTooLarge
from service.paths import MOST_BYTES, document_path, shown
from service.web.form import MOST_FILES, FormInvalid, FormReader, Part
from service.web.stated import PROPERTIES, Stated, is_stated, read_stated

MEGABYTE = 1_000_000
REQUEST_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_FILES,
                        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "description": "the files; the filename of each is its document's path",
                    },
                    "path": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": MOST_BYTES,
                        "description": "the path instead of the filename, of a single file",
                    },
                    **PROPERTIES,
                },
            }
        }
    },
}


@dataclass(frozen=True, slots=True)
class Upload:
    """Files in a temporary folder that may be indexed, and those that may not; ``field`` is
    the one that names their paths."""

    field: str
    files: Sequence[SourceFile]
    refused: Sequence[Refusal]


def upload_folder() -> Iterator[Path]:
    """A folder for the files of one request, gone with it."""
    try:
        folder = TemporaryDirectory(prefix="citewell-upload-")
    except OSError as error:
        raise _full(error) from error
    with folder as path:
        yield Path(path)


async def read_upload(request: Request, folder: Path, most: int) -> Upload:
    """The files of a form of at most ``most`` bytes, written into ``folder``.

    Raises ``UploadTooLarge``, ``DocumentRefused`` when there is nothing that may be indexed,
    and an ``HTTPException`` when the body is no form.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise _too_large(most)
    reader = FormReader(_boundary(request), folder)
    try:
        async for chunk in _at_most(most, request):
            await to_thread.run_sync(reader.write, chunk)
        parts = reader.finish()
    except FormInvalid as error:
        raise HTTPException(400, str(error), {"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise HTTPException(400, "the connection was closed before the form's end") from error
    except OSError as error:
        raise _full(error) from error
    finally:
        reader.close()
    upload = _named(parts)
    if not upload.files:
        raise DocumentRefused(upload.refused)
    return upload


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:  # RFC 2046
        close = {"Connection": "close"}
        raise HTTPException(415, "send multipart/form-data with a part `file` for each file", close)
    return boundary


async def _at_most(most: int, request: Request) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > most:
            raise _too_large(most)
        yield chunk


def _named(parts: Sequence[Part]) -> Upload:
    files = [part for part in parts if part.name == b"file" and part.filename is not None]
    paths = [part for part in parts if part.name == b"path" and part.filename is None]
    _check_form(parts, files, paths)
    stated = read_stated(parts)
    field = "path" if paths else "file"
    taken: dict[str, SourceFile] = {}
    refused: list[Refusal] = []
    for part in files:
        sent = paths[0].value if paths else part.filename or b""
        try:
            path = document_path(sent)
            if path in taken:
                raise FileRefused("is named twice in this upload; send each once")  # noqa: TRY301
        except FileRefused as error:
            refused.append(Refusal(field, shown(sent), str(error)))
        else:
            taken[path] = _source(part.file, path, stated)
    return Upload(field, list(taken.values()), refused)


def _check_form(parts: Sequence[Part], files: Sequence[Part], paths: Sequence[Part]) -> None:
    known = [*files, *paths, *filter(is_stated, parts)]
    other = [part for part in parts if part not in known]
    if other:
        name = shown(other[0].name)
        reason = (
            "is no field of an upload; send files as `file`, with a filename, and `path`, `tags` "
            "and `date`"
        )
        raise DocumentRefused([Refusal(name or "file", "", reason)])
    if not files:
        raise DocumentRefused([Refusal("file", "", "no file was sent; send one or more")])
    if paths and len(files) + len(paths) > 2:
        raise DocumentRefused(
            [Refusal("path", "", "is for a single file; name others by filename")]
        )


def _source(file: Path, path: str, stated: Stated) -> SourceFile:
    # The suffix tells the format; nothing else of the name comes near the disk.
    named = file.with_suffix(PurePosixPath(path).suffix.lower())
    return SourceFile(file.rename(named), path, stated.date, stated.tags)


def _too_large(most: int) -> UploadTooLarge:
    return UploadTooLarge(
        f"the upload has more than {most // MEGABYTE} MB; send fewer files at a time, or start "
        "the service with a larger CITEWELL_UPLOAD_MB"
    )


def _full(error: OSError) -> EditingFailed:
    return EditingFailed(
        f"the upload could not be kept ({error.strerror}); the folder for temporary files needs "
        "room and has to be writable (TMPDIR names another)"
    )
