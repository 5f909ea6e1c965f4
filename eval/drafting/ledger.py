"""Decisions on the disk. In: questions accepted and rejected. Out: two files of JSON Lines.

Each line is with the disk before the next draft is asked about, so Ctrl-C or a crash loses
nothing. Accepted questions go to the end of the question set; rejected drafts to a file beside
the drafts, which only keeps them from being shown again: delete a line there to see its draft
again. The drafts themselves are never changed.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from eval.errors import OutputExists
from eval.questions.question import DRAFT, Question, read_questions
from index.files import flush

REVIEWED = "drafted"  # the tag of a draft that a person accepted


class Ledger:
    """The question set ``accepted``, and the ``rejected`` drafts, as files that grow."""

    def __init__(self, drafts: Path, accepted: Path) -> None:
        """Raises ``OutputExists`` when the questions would be added to the drafts themselves."""
        self._accepted = accepted
        self._rejected = drafts.with_name(f"{drafts.stem}.rejected{drafts.suffix}")
        if accepted.resolve() in (drafts.resolve(), self._rejected.resolve()):
            raise OutputExists(
                f"{accepted} holds drafts; name another file for the questions with --out"
            )
        self._undo: list[tuple[Path, int]] = []

    def left(self, drafts: Sequence[Question]) -> list[Question]:
        """The drafts that are neither accepted nor rejected, in their order.

        Raises ``QuestionSetInvalid`` when a file is there that is no question set.
        """
        files = [file for file in (self._accepted, self._rejected) if _holds_lines(file)]
        decided = {question.id for file in files for question in read_questions(file)}
        return [draft for draft in drafts if draft.id not in decided]

    def accept(self, question: Question) -> None:
        """Add a question to the set; its tags tell that it was drafted, and no longer a draft."""
        tags = tuple(REVIEWED if tag == DRAFT else tag for tag in question.tags)
        kinds = tuple(tag.replace(f"{DRAFT}-", f"{REVIEWED}-", 1) for tag in tags)
        self._add(self._accepted, question.model_copy(update={"tags": kinds}))

    def reject(self, question: Question) -> None:
        """Keep a draft from being shown again."""
        self._add(self._rejected, question)

    def take_back(self) -> None:
        """Cut off the line that the last decision added."""
        file, length = self._undo.pop()
        with file.open("r+b") as stream:
            stream.truncate(length)
        flush(file)

    def _add(self, file: Path, question: Question) -> None:
        new = not file.exists()
        line = question.model_dump_json(exclude_defaults=True).encode() + b"\n"
        with file.open("ab") as stream:
            length = stream.tell()
            if length and not _ends_a_line(file):  # written by hand, the last line left open
                line = b"\n" + line
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            flush(file.parent)
        self._undo.append((file, length))


def _holds_lines(file: Path) -> bool:
    return file.exists() and bool(file.read_bytes().strip())


def _ends_a_line(file: Path) -> bool:
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"
