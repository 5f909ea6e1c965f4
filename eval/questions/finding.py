"""What a check finds. In: nothing. Out: frozen records."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt. ``line`` (from 1) and ``id`` are None for the set as a whole.

    An ``error`` makes measures wrong or impossible, a ``warning`` makes them doubtful.
    """

    line: int | None
    id: str | None
    kind: str
    level: Literal["error", "warning"]
    sentence: str
