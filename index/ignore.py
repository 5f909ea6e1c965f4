"""What ``.citewellignore`` leaves out. In: a folder. Out: Ignored, asked path by path.

As git does: a file in a folder rules what is below it, before those further up; what is inside
a folder that is left out cannot be taken in again.
"""

from pathlib import Path

from pathspec import GitIgnoreSpec, Pattern

from index.errors import IgnoreFileInvalid

IGNORE_FILE = ".citewellignore"

# pathspec's name for the place where a pattern met a folder.
_FOLDER_MARK = "ps_d"


class Ignored:
    """Which paths below ``root`` the ignore files in and below it leave out."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rules: dict[str, _Rules | None] = {}
        self._folders: dict[str, bool] = {"": False}

    def leaves_out(self, path: str) -> bool:
        """Whether the file at ``path``, relative to the root, is left out."""
        folder = _parent(path)
        return self._is_folder_left_out(folder) or self._by_rules(path, is_folder=False)

    def _is_folder_left_out(self, folder: str) -> bool:
        unknown = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = _parent(folder)
        left_out = self._folders[folder]
        for inner in reversed(unknown):
            left_out = left_out or self._by_rules(inner, is_folder=True)
            self._folders[inner] = left_out
        return left_out

    def _by_rules(self, path: str, is_folder: bool) -> bool:
        """The word of the nearest ignore file that has one."""
        folder = _parent(path)
        while True:
            rules = self._rules_of(folder)
            inside = path[len(folder) + 1 :] if folder else path
            word = rules.word(inside, is_folder) if rules else None
            if word is not None:
                return word
            if not folder:
                return False
            folder = _parent(folder)

    def _rules_of(self, folder: str) -> "_Rules | None":
        if folder not in self._rules:
            self._rules[folder] = _read_rules(self._root / folder / IGNORE_FILE)
        return self._rules[folder]


class _Rules:
    """The patterns of one ignore file."""

    def __init__(self, lines: list[str]) -> None:
        self._patterns = [
            p for p in GitIgnoreSpec.from_lines(lines).patterns if p.include is not None
        ]

    def word(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path is left out (True), taken in (False), or not spoken of."""
        for pattern in reversed(self._patterns):  # the last one has the say
            if _is_about(pattern, path) or (is_folder and _is_about(pattern, f"{path}/")):
                return pattern.include
        return None


def _is_about(pattern: Pattern, path: str) -> bool:
    """Whether a pattern means this path, not a folder above it (which is judged by itself)."""
    found = pattern.match_file(path)
    if found is None:
        return False
    place = found.match.start(_FOLDER_MARK) if _FOLDER_MARK in found.match.groupdict() else -1
    return bool(place == len(path) - 1 if path.endswith("/") else place == -1)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _read_rules(file: Path) -> _Rules | None:
    try:
        return _Rules(file.read_text("utf-8-sig").splitlines()) if file.is_file() else None
    except ValueError as error:  # not UTF-8, or no pattern
        raise IgnoreFileInvalid(f"{file} cannot be obeyed ({error}); correct it") from error
    except OSError as error:
        raise IgnoreFileInvalid(f"{file} cannot be read: {error.strerror}; correct it") from error
