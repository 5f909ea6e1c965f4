"""Questions that ask nearly the same. In: questions. Out: pairs of their numbers.

Likeness is the Jaccard coefficient of the sets of stems. Pairs are found by the prefix filter
of Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search" (WWW 2007): two sets that
are alike share one of the rarest stems of each.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

from eval.questions.wording import plain_words
from index.terms import stem

LEAST_ALIKE = 0.85
_NUMBER = re.compile(r"\d")
# Questions that differ in one of these ask for different things.
_ASKING = {"how", "many", "much", "what", "when", "where", "which", "who", "whom", "whose", "why"}
_ASKING |= {"not", "no", "first", "last"}


def same_question(text: str) -> tuple[str, ...]:
    """What is equal in questions that differ in case, white space and punctuation alone."""
    return tuple(plain_words(text)) or (text.strip(),)


def similar_questions(questions: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """For each question like an earlier one: its number, the earliest such one, the likeness.

    Questions whose numbers or question words differ count as different.
    """
    stems = [frozenset(stem(same_question(question))) for question in questions]
    counts = Counter(word for each in stems for word in each)
    holders: dict[tuple[frozenset[str], str], list[int]] = defaultdict(list)
    for number, each in enumerate(stems):
        block = frozenset(word for word in each if word in _ASKING or _NUMBER.search(word))
        rare = sorted(each, key=lambda word: (counts[word], word))
        prefix = rare[: len(each) - ceil(LEAST_ALIKE * len(each)) + 1]
        earlier = sorted({other for word in prefix for other in holders[block, word]})
        for other in earlier:
            likeness = len(each & stems[other]) / len(each | stems[other])
            if likeness >= LEAST_ALIKE:
                yield number, other, likeness
                break
        for word in prefix:
            holders[block, word].append(number)
