"""The file of keys. In: names, scopes. Out: a JSON file that holds digests, never keys.

It lies in ``DIR.keys.json`` beside the index ``DIR`` unless the settings name another. A change
is written beside and renamed, so that a running service reads the old file or the new one.
"""

import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from index.files import flush
from service.errors import KeyRefused, KeysUnusable
from service.keys.key import Key, Scope, make_key

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class _Content:
    version: Literal[1]
    keys: tuple[Key, ...]


_CONTENT = TypeAdapter(_Content)


def key_file(index: Path, stated: Path | None) -> Path:
    """Where the keys are: where it is stated, or beside the index."""
    whole = index.resolve()
    return whole.with_name(f"{whole.name}.keys.json") if stated is None else stated


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of a file, none where there is no file.

    Raises ``KeysUnusable`` for one that cannot be read, holds something else, or that other
    users of this machine may change.
    """
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            content = stream.read()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KeysUnusable(
            f"the keys in {path} cannot be read ({error.strerror}); let the service read the file"
        ) from error
    if mode & _OTHERS_WRITE:
        raise KeysUnusable(f"others may change the keys in {path}; run chmod 600 on it")
    try:
        return _CONTENT.validate_json(content).keys
    except ValidationError:
        raise KeysUnusable(
            f"{path} is no file of keys; remove it and make the keys anew with citewell key add"
        ) from None


def add_key(path: Path, name: str, scope: Scope) -> str:
    """Add a key and return what its client is to send; it cannot be shown again.

    Raises ``KeyRefused`` for a name that is taken or cannot be, and as ``read_keys`` does.
    """
    if not _NAME.fullmatch(name):
        raise KeyRefused(
            "a key's name has 1 to 64 letters, digits, dots, dashes and underscores, and begins "
            "with a letter or a digit; choose another"
        )
    made, sent = make_key(name, scope)

    def with_it(keys: tuple[Key, ...]) -> tuple[Key, ...]:
        if any(key.name == name for key in keys):
            raise KeyRefused(f"there is a key named {name}; revoke it or choose another name")
        return (*keys, made)

    _change(path, with_it)
    return sent


def revoke_key(path: Path, name: str) -> int:
    """Remove a key and return how many are left; raises ``KeyRefused`` when there is none."""

    def without_it(keys: tuple[Key, ...]) -> tuple[Key, ...]:
        left = tuple(key for key in keys if key.name != name)
        if len(left) == len(keys):
            raise KeyRefused(f"there is no key named {name!r}; citewell key list names them")
        return left

    return len(_change(path, without_it))


def _change(path: Path, change: Callable[[tuple[Key, ...]], tuple[Key, ...]]) -> tuple[Key, ...]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _turn(path.parent):
        keys = change(read_keys(path))
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)  # what a killed writer has left
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_CONTENT.dump_json(_Content(1, keys), indent=2) + b"\n")
        flush(beside)
        beside.replace(path)
        flush(path.parent)
    return keys


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold a folder, so that of two changes at once neither is lost."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
