"""What reading one file may cost. In: numbers. Out: Limits."""

from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for each file that is parsed (plain text is only decoded).

    ``seconds`` of the clock, bytes of ``memory`` above what the reader has when it starts,
    bytes of the ``text`` as UTF-8.
    """

    seconds: float = 60.0
    memory: int = 2 * GIB
    text: int = 64 * MIB
