"""Counts in sentences. In: a number, a noun. Out: both, the noun in the number's form."""


def counted(count: int, noun: str) -> str:
    """``1 passage``, ``2 passages``; for nouns whose plural takes an s alone."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
