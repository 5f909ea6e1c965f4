"""Questions after questions. In: a question, the one before it. Out: how it is understood."""

from service.answer import Understood
from service.asking.leaning import leans
from service.asking.previous import Previous


def understand(question: str, previous: Previous | None) -> Understood | None:
    """How a question is understood after another one; None without one.

    A question that leans is understood as both questions, one after the other. Which citations
    can be used is not known here.
    """
    if previous is None:
        return None
    if leans(question, previous.question):
        return Understood(f"{previous.question.strip()} {question.strip()}", True, (), ())
    return Understood(question, False, (), ())
