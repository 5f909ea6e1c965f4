"""What the gate says. In: nothing. Out: frozen records."""

from dataclasses import dataclass
from typing import Literal

from eval.runs.record import RunFacts

Kind = Literal["questions", "citations", "regression", "floor"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; the sentence says what was found, passed or not."""

    kind: Kind
    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of a run. ``questions`` is how many of the ``part`` were judged.

    ``notes`` are sentences on what no check fails by.
    """

    facts: RunFacts
    part: str
    questions: int
    checks: tuple[Check, ...]
    notes: tuple[str, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def passed(self) -> bool:
        """Whether all checks passed."""
        return not self.failed

    @property
    def headline(self) -> str:
        """The verdict in a few words."""
        of = f"of {len(self.checks)} checks on {self.questions} questions ({self.part})"
        return (
            f"failed: {len(self.failed)} {of}"
            if self.failed
            else f"passed: {len(self.checks)} {of}"
        )
