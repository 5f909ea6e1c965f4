"""A draft as a line of a question set. In: a Draft. Out: a Question."""

from eval.questions.question import DRAFT, Expected, Question
from service.drafting.draft import Draft

SWAPPED, HELD_OUT = "swap", "held-out"  # the kinds without an answer


def as_question(draft: Draft) -> Question:
    """The line that it is, tagged as a draft of its kind."""
    place = Expected(document=draft.path, quote=draft.quote, start=draft.start)
    return Question(
        id=draft.id,
        question=draft.question,
        answerable=draft.answerable,
        expected=(place,) if draft.answerable else (),
        answers=draft.answers if draft.answerable else (),
        tags=(DRAFT, f"{DRAFT}-{draft.kind}"),
    )
