"""Questions for what a text without sentence marks is about. In: Statements. Out: Drafts.

Its subjects are pairs of words that stand together again and again, and seldom apart.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from service.drafting.draft import Draft
from service.drafting.excerpt import Statement

KIND = "subject"
_LEAST = 2  # places


def subjects(
    statements: Sequence[Statement], company: Counter[tuple[str, str]], title: str
) -> Iterator[Draft]:
    """A draft for each such pair, of the first statement that has it."""
    of = f"does “{title}”" if title else "do the documents"
    for pair, count in company.items():
        name = " ".join(pair)
        first = next((s for s in statements if s.bare and f" {name} " in f" {s.text} "), None)
        if count >= _LEAST and first:
            question = f"What {of} say about “{name}”?"
            yield Draft(
                KIND, question, first.path, first.start, first.text, about=name, worth=count
            )
