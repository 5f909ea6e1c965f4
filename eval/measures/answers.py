"""Measures of answers and refusals. In: a Record. Out: values by name.

A question that failed counts as one that got no answer where there is one, and as a false
answer where there is none.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from eval.measures.names import Measures
from eval.measures.ranges import quotes_of
from eval.questions.place import held
from eval.runs.record import Record
from index.sentences import blocks, sentences
from service.answer import Response

BRIEF = 3  # sentences
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_measures(record: Record) -> Measures:
    """Whether it was rightly answered or refused, and what the answer's text is worth.

    The measures of the text against short answers apply only where the question has some.
    """
    verdict = record.response.answer.verdict if record.response else None
    if not record.question.answerable:
        refused = float(verdict == "not_found")
        return {"refused": refused, "false_answer": 1 - refused}
    answered = verdict == "answered"
    values: Measures = {
        "answered": float(answered),
        "false_abstention": float(not answered),
        "evidence_in_answer": float(answered and holds_evidence(record)),
        "evidence_in_first": float(answered and _first_holds_evidence(record)),
    }
    if answered and record.response:
        values["brief"] = float(_sentences(record.response) <= BRIEF)
    answers = record.question.answers
    if answers:
        text = record.response.answer.text if answered and record.response else None
        values["exact_match"] = _best(exact_match, text, answers)
        values["token_f1"] = _best(token_f1, text, answers)
        values["answer_contained"] = float(contains_answer(text or "", answers))
    return values


def holds_evidence(record: Record) -> bool:
    """Whether a quote of the answer holds a place whole, or its text a short answer in words."""
    if record.response is None:
        return False
    for path, quote in quotes_of(record.response):
        if held(record.places, path, quote.start, quote.end):
            return True
    return contains_answer(record.response.answer.text or "", record.question.answers)


def _first_holds_evidence(record: Record) -> bool:
    """The same of the answer's first quote alone; the text of a written answer has no part."""
    if record.response is None or not record.response.answer.quotes:
        return False
    path, quote = quotes_of(record.response)[0]
    if held(record.places, path, quote.start, quote.end):
        return True
    return contains_answer(record.response.answer.quotes[0].text, record.question.answers)


def _sentences(response: Response) -> int:
    """How many sentences its quotes have; a quote without marks is one."""
    texts = [quote.text for quote in response.answer.quotes]
    return sum(1 for text in texts for block in blocks(text) for _ in sentences(text, block))


def exact_match(text: str, answer: str) -> float:
    """1 if both are the same by SQuAD's normalisation (Rajpurkar et al. 2016), else 0."""
    return float(normalised(text) == normalised(answer))


def token_f1(text: str, answer: str) -> float:
    """The harmonic mean of precision and recall of normalised words, each as often as it stands.

    If either has no words left, 1 when both have none, else 0, as for SQuAD 2.0.
    """
    said, wanted = normalised(text).split(), normalised(answer).split()
    if not said or not wanted:
        return float(said == wanted)
    common = (Counter(said) & Counter(wanted)).total()
    return 2 * common / (len(said) + len(wanted))


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether a short answer stands in the text as whole words."""
    words = f" {_words(text)} "
    return any(f" {_words(answer)} " in words for answer in answers if _words(answer))


def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation, then without articles; one space between words."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def _best(measure: Callable[[str, str], float], text: str | None, answers: Sequence[str]) -> float:
    """The best over the answers; 0 without a text."""
    return 0.0 if text is None else max(measure(text, answer) for answer in answers)


def _words(text: str) -> str:
    """Lower case letters and digits, one space between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
