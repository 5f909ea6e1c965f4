"""What ``.citewellignore`` leaves out. In: a folder. Out: Ignored, asked path by path.

As git does: a file in a folder rules what is below it, before those further up; what is inside
a folder that is left out cannot be taken in again.
"""

import errno
import re
from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import IgnoreFileInvalid

IGNORE_FILE = ".citewellignore"

# "a/**" leaves out what is in a, which is "a/*"; pathspec takes it for the folder itself too.
_CONTENT = re.compile(r"^([^!].*[^*]|)/\*\*\s*$")


class Ignored:
    """Which paths below ``root`` the ignore files in and below it leave out."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rules: dict[str, GitIgnoreSpec | None] = {}
        self._folders: dict[str, bool] = {"": False}

    def leaves_out(self, path: str) -> bool:
        """Whether the file at ``path``, relative to the root, is left out."""
        return self._is_folder_left_out(_parent(path)) or self._by_rules(path)

    def _is_folder_left_out(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            inherited = self._is_folder_left_out(_parent(folder))
            known = self._folders[folder] = inherited or self._by_rules(f"{folder}/")
        return known

    def _by_rules(self, path: str) -> bool:
        """The word of the nearest ignore file that has one."""
        folder = _parent(path.rstrip("/"))
        while True:
            rules = self._rules_of(folder)
            inside = path[len(folder) + 1 :] if folder else path
            word = rules.check_file(inside).include if rules else None
            if word is not None:
                return word
            if not folder:
                return False
            folder = _parent(folder)

    def _rules_of(self, folder: str) -> GitIgnoreSpec | None:
        if folder not in self._rules:
            self._rules[folder] = _read_rules(self._root / folder / IGNORE_FILE)
        return self._rules[folder]


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _read_rules(file: Path) -> GitIgnoreSpec | None:
    try:
        if not file.is_file():
            return None
        lines = file.read_text("utf-8-sig").splitlines()
        return GitIgnoreSpec.from_lines(_CONTENT.sub(r"\1/*", line) for line in lines)
    except ValueError as error:  # not UTF-8, or no pattern
        raise IgnoreFileInvalid(f"{file} cannot be obeyed ({error}); correct it") from error
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "")
        raise IgnoreFileInvalid(f"{file} cannot be read ({reason}); correct it") from error
