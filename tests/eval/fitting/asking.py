"""Questions as if asked, for the tests of fitting. In: what matters. Out: Asked."""

from collections.abc import Sequence

from eval.fitting.examples import Asked
from eval.questions.question import Question


def asked(words: str, documents: Sequence[str] = (), run: int = 0) -> Asked:
    """A question without passages, answerable if it quotes documents."""
    expected = [{"document": document, "quote": "x"} for document in documents]
    question = {"id": words, "question": words, "answerable": bool(expected), "expected": expected}
    return Asked(run, Question.model_validate(question), (), (), {})
