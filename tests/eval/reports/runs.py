"""Runs made by hand for the tests of reports. In: questions in short. Out: Records, a Run."""

from collections.abc import Sequence
from dataclasses import replace

from eval.questions.place import Place
from eval.questions.question import Expected, Question
from eval.runs.record import Record, Run, RunFacts, Source
from index.passage import Span
from tests.eval.made import response

TEXT = "Aaa bbb ccc ddd. Eee fff ggg hhh. Iii jjj kkk lll. Mmm nnn ooo ppp."
"""Of the one document, ``one.txt``; each sentence has 16 characters and a space."""
FACTS = RunFacts(
    command="citewell eval questions.jsonl",
    created="2026-01-02T03:04:05+00:00",
    finished="2026-01-02T03:04:06+00:00",
    questions="questions.jsonl",
    questions_sha256="ab" * 32,
    asked=7,
    top_k=10,
    source=Source(
        index_generation=3,
        index_digest="cd" * 32,
        model="letters 000000000000",
        settings={"pool": 200, "threshold": None},
        url=None,
        versions={"python": "3.11.7", "citewell": "0.1.0"},
    ),
)
FIRST, SECOND, THIRD, FOURTH = ((17 * n, 17 * n + 16) for n in range(4))
Range = tuple[int, int]


def asked(
    identity: str,
    expected: Range | None,
    passages: Sequence[Range],
    quote: Range | None = None,
    tags: Sequence[str] = (),
    confidence: float = 0.5,
    text: str = TEXT,
) -> Record:
    """A question for which these ranges of ``text`` were returned; the quote is of the first."""
    made = response(
        [("one.txt", *each) for each in passages],
        [(1, *quote, text[slice(*quote)])] if quote else [],
        confidence=confidence,
        scores=[0.9 / rank for rank, _ in enumerate(passages, 1)],
        highlights=[[each] if each == quote else [] for each in passages],
    )
    own = (replace(p, text=text[p.start : p.end]) for p in made.passages)
    places = (Place("one.txt", (Span(*expected),)),) if expected else ()
    question = Question(
        id=identity,
        question=f"Ask {identity}?",
        answerable=bool(expected),
        expected=tuple(
            Expected(document="one.txt", quote=text[slice(*each)]) for each in [expected] if each
        ),
        tags=tuple(tags),
    )
    cited = len(passages) + bool(quote)
    return Record(question, places, replace(made, passages=tuple(own)), None, 0.01, cited, cited)


def failed(identity: str, expected: Range | None, tags: Sequence[str] = ()) -> Record:
    """A question that ended in an error."""
    record = asked(identity, expected, [], tags=tags)
    return replace(record, response=None, error="the index is gone", citations=0, verified=0)


GOOD = asked("good", FIRST, [FIRST, SECOND], FIRST, ("test", "easy"), confidence=0.9)
LATE = asked("late", THIRD, [FIRST, SECOND, THIRD], FIRST, ("test", "easy"), confidence=0.8)
LOST = asked("lost", FOURTH, [FIRST, SECOND], FIRST, ("test", "hard"), confidence=0.7)
MUTE = asked("mute", SECOND, [SECOND], None, ("test", "hard"), confidence=0.2)
FALSE = asked("false", None, [THIRD], THIRD, ("test", "near"), confidence=0.6)
CALM = asked("calm", None, [THIRD], None, ("test", "near"), confidence=0.1)
TUNED = asked("tuned", FIRST, [SECOND], SECOND, ("tuning", "easy"), confidence=0.4)
RUN = Run(FACTS, (GOOD, LATE, LOST, MUTE, FALSE, CALM, TUNED))
