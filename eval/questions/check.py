"""Question sets checked before they are run. In: lines, a Library. Out: Findings.

What no model is needed for: the lines themselves, what they quote, and whether the set as a
whole can tell anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eval.questions.evidence import Library, Lined, check_evidence, shown
from eval.questions.finding import Finding
from eval.questions.question import DRAFT, FEWEST, TEST, TUNING, Line, Question
from eval.questions.similar import same_question, similar_questions
from eval.questions.wording import copied_words, holds_words
from service.asking.question import check_question
from service.errors import QuestionInvalid


def check_lines(lines: Sequence[Line], library: Library) -> list[Finding]:
    """Every finding, ordered by line; those on the whole set come last.

    A line that is no question is told and otherwise left out.
    """
    asked: list[Lined] = [(line.number, line.question) for line in lines if line.question]
    found = [
        *(Finding(n.number, n.id, "invalid", "error", fault) for n in lines for fault in n.faults),
        *_ids(lines),
        *(finding for line, question in asked for finding in _alone(line, question)),
        *check_evidence(asked, library),
        *_repeated(asked),
        *_parts(asked),
    ]
    found.sort(key=lambda finding: finding.line or 0)
    return [*found, *_whole([question for _, question in asked])]


def _ids(lines: Iterable[Line]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for line in lines:
        if line.id is None:
            continue
        before = first.setdefault(line.id, line.number)
        if before != line.number:
            sentence = f"line {before} has the same id; give each question its own"
            yield Finding(line.number, line.id, "id", "error", sentence)


def _alone(line: int, question: Question) -> Iterator[Finding]:
    """What can be told of one question without any other and without its documents."""
    try:
        check_question(question.question, top_k=1)
    except QuestionInvalid as error:
        yield Finding(line, question.id, "question", "error", f"the question {error.detail}")
    quotes = [place.quote for place in question.expected if place.quote is not None]
    for quote in dict.fromkeys(quotes):
        words = copied_words(question.question, quote)
        if words:
            sentence = (
                f"the question has words of its quote ({words}), so that a search by words "
                "finds it; ask as one would who has not read it"
            )
            yield Finding(line, question.id, "copied", "warning", sentence)
    if quotes and len(quotes) == len(question.expected):  # else it may stand in a document
        for answer in question.answers:
            if not any(holds_words(quote, answer) for quote in quotes):
                sentence = f"the answer {shown(answer)} stands in none of the quotes"
                yield Finding(line, question.id, "answer", "warning", sentence)
    if DRAFT in question.tags:
        sentence = f"nobody has accepted it yet; read it and remove the tag {DRAFT!r}"
        yield Finding(line, question.id, "draft", "warning", sentence)


def _repeated(asked: Iterable[Lined]) -> Iterator[Finding]:
    """Questions asked twice, in the same or in nearly the same words."""
    first: dict[tuple[str, ...], Lined] = {}
    for line, question in asked:
        before, other = first.setdefault(same_question(question.conversation), (line, question))
        if before != line:
            yield _same(line, question, before, other)
    distinct = list(first.values())
    for later, earlier, likeness in similar_questions([q.conversation for _, q in distinct]):
        (line, question), (before, other) = distinct[later], distinct[earlier]
        sentence = (
            f"nearly the same question stands in line {before} ({int(100 * likeness)} % of the "
            f"words{_leak(question, other)}): {shown(other.question)}"
        )
        yield Finding(line, question.id, "similar", "warning", sentence)


def _same(line: int, question: Question, before: int, other: Question) -> Finding:
    if _truth(question) == _truth(other):
        sentence = f"line {before} asks the same{_leak(question, other)}; it counts twice"
        return Finding(line, question.id, "repeated", "warning", sentence)
    sentence = (
        f"line {before} asks the same with other truth, so that one of the two is always judged "
        "wrongly; unite them, or word them so that they differ"
    )
    return Finding(line, question.id, "contradiction", "error", sentence)


def _truth(question: Question) -> tuple[bool, frozenset[object]]:
    return question.answerable, frozenset(question.expected)


def _leak(question: Question, other: Question) -> str:
    """Whether what one tunes on is tested."""
    one, another = ({TEST, TUNING} & set(each.tags) for each in (question, other))
    parted = one and another and one.isdisjoint(another)
    return f", one for {TEST}, one for {TUNING}" if parted else ""


def _parts(asked: Sequence[Lined]) -> Iterator[Finding]:
    parted = any({TEST, TUNING} & set(question.tags) for _, question in asked)
    for line, question in asked:
        tags = {TEST, TUNING} & set(question.tags)
        if len(tags) == 2:
            sentence = f"tagged {TEST} and {TUNING}: what was tuned on tests nothing; keep one"
            yield Finding(line, question.id, "part", "warning", sentence)
        elif parted and not tags:
            sentence = f"tagged neither {TEST} nor {TUNING}, as others are; it is in no part"
            yield Finding(line, question.id, "part", "warning", sentence)


def _whole(questions: Sequence[Question]) -> Iterator[Finding]:
    """Whether the part that is reported can tell anything."""
    if not questions:
        yield Finding(None, None, "empty", "error", "it holds no question")
        return
    tested = [question for question in questions if TEST in question.tags]
    counts = Counter(question.answerable for question in tested or questions)
    yield from _kinds(counts, f" tagged {TEST}" if tested else "")


def _kinds(counts: Mapping[bool, int], of: str) -> Iterator[Finding]:
    nothing = {
        True: "whether answers are found cannot be judged",
        False: "whether it refuses what the documents do not answer cannot be judged",
    }
    for answerable, name in ((True, "answerable"), (False, "unanswerable")):
        count = counts.get(answerable, 0)
        if not count:
            sentence = f"no {name} question{of}: {nothing[answerable]}"
            yield Finding(None, None, name, "warning", sentence)
        elif count < FEWEST:
            sentence = f"fewer than {FEWEST} {name} questions{of} ({count}): intervals are wide"
            yield Finding(None, None, "few", "warning", sentence)
