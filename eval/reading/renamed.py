"""Questions about another. In: a question, a text, names. Out: the question with another name.

The text tells of the other name, too, but hardly what is asked: the "entity swap" of SQuAD 2.0
(Rajpurkar et al. 2018), there written by hand.
"""

import re
from collections.abc import Iterable, Sequence
from random import Random

# Capital words behind a small one, so that none is capital for beginning a sentence; numbers.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: (?:of )?[A-Z][\w-]+)*|\b\d[\d,.]*\d\b")

_WORD = re.compile(r"\w+")


def all_names(questions: Iterable[str]) -> list[str]:
    """The names and numbers in questions, each once, in the order they came."""
    return list(dict.fromkeys(name for each in questions for name in _NAME.findall(each)))


def renamed(
    question: str, text: str, answers: Sequence[str], names: Sequence[str], random: Random
) -> str | None:
    """The question with a name exchanged for another that the text holds; None if none fits."""
    found = list(_NAME.finditer(question))
    if not found:
        return None
    old = random.choice(found)
    held, asked = _words(text), _words(question)
    said = "".join(map(_words, answers))
    fitting = [
        name
        for name in names
        if name[0].isdigit() == old.group()[0].isdigit()
        and (words := _words(name)) in held
        and not set(words.split()) & set(asked.split())
        and words not in said
    ]
    if not fitting:
        return None
    return f"{question[: old.start()]}{random.choice(fitting)}{question[old.end() :]}"


def _words(text: str) -> str:
    """The words in lower case, with a blank on both sides of each."""
    return f" {' '.join(_WORD.findall(text.lower()))} "
