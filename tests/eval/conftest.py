"""What tests of evaluations share. In: a module's own fixture ``file``. Out: its questions."""

from pathlib import Path

import pytest

from eval.questions.question import Question, read_questions


@pytest.fixture
def questions(file: Path) -> list[Question]:
    """The questions of ``file``."""
    return read_questions(file)
