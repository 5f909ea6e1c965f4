"""Drafts judged by a person, one at a time. In: drafts, keys. Out: accepted and rejected ones.

What is decided is on the disk before the next draft is shown; each decision can be taken back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from eval.questions.question import Question
from service.asking.question import DEFAULT_PASSAGES, check_question
from service.errors import QuestionInvalid

CHOICES = "[a]ccept  [e]dit the question  [r]eject  [s]kip for now  [b]ack  [q]uit"
Ask = Callable[[str], str]
"""Shows a prompt and gives the line that was typed; raises ``EOFError`` at the end of input."""


class Key(StrEnum):
    """What can be typed about a draft."""

    ACCEPT = "a"
    EDIT = "e"
    REJECT = "r"
    SKIP = "s"
    BACK = "b"
    QUIT = "q"


class Decisions(Protocol):
    """Where decisions are kept."""

    def accept(self, question: Question) -> None:
        """Keep a question as one of the set."""

    def reject(self, question: Question) -> None:
        """Keep that a question is not wanted."""

    def take_back(self) -> None:
        """Forget the last decision."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a review ended; ``left`` are still to be decided, skipped ones among them."""

    accepted: int
    rejected: int
    left: int


class Review:
    """Goes through drafts; ``show`` puts one on the screen, ``say`` a remark."""

    def __init__(
        self,
        drafts: Sequence[Question],
        decisions: Decisions,
        ask: Ask,
        show: Callable[[Question, int, int], None],
        say: Callable[[str], None],
    ) -> None:
        self._drafts = drafts
        self._decisions = decisions
        self._ask, self._show, self._say = ask, show, say
        self._done: list[Key] = []  # what was done with each draft so far

    def run(self) -> Outcome:
        """Ask about each draft until all were shown, ``q`` is typed or the input ends."""
        while len(self._done) < len(self._drafts):
            question = self._drafts[len(self._done)]
            self._show(question, len(self._done) + 1, len(self._drafts))
            try:
                if not self._decide(question):
                    break
            except EOFError:
                break
        accepted, rejected = (self._done.count(key) for key in (Key.ACCEPT, Key.REJECT))
        return Outcome(accepted, rejected, len(self._drafts) - accepted - rejected)

    def _decide(self, question: Question) -> bool:
        """Do what is typed about one draft; False to stop."""
        key = self._key()
        if key is Key.QUIT:
            return False
        if key is Key.BACK:
            self._back()
        elif key is Key.EDIT:
            self._edit(question)
        else:
            self._keep(key, question)
        return True

    def _key(self) -> Key:
        while True:
            typed = self._ask(f"{CHOICES}: ").strip().lower()
            if typed in set(Key):
                return Key(typed)
            self._say("type one of the letters in brackets and Enter")

    def _edit(self, question: Question) -> None:
        """Accept the question in other words; an empty line leaves it undecided."""
        words = self._ask("the question in your words (empty: as it was, undecided): ").strip()
        if not words:
            return
        try:
            check_question(words, DEFAULT_PASSAGES)
        except QuestionInvalid as error:
            self._say(f"{error}; it is left undecided")
        else:
            self._keep(Key.ACCEPT, question.model_copy(update={"question": words}))

    def _keep(self, key: Key, question: Question) -> None:
        if key is Key.ACCEPT:
            self._decisions.accept(question)
        elif key is Key.REJECT:
            self._decisions.reject(question)
        self._done.append(key)

    def _back(self) -> None:
        if not self._done:
            self._say("this is the first one")
        elif self._done.pop() is not Key.SKIP:
            self._decisions.take_back()
