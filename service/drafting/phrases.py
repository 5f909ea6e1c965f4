"""The telling phrases of a statement. In: a Statement. Out: Phrases: dates, numbers, names.

In text without capitals and digits, names are not told from other words: there the phrases
are months, number words, pairs of words that keep company, and single words.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from index.terms import fold
from index.tokens import count_tokens
from service.asking.question import is_function_word
from service.drafting.excerpt import Statement

DATE, YEAR, NUMBER, NAME, CODE = "date", "year", "number", "name", "code"
MONTH, QUANTITY, PAIR, WORD = "month", "number word", "word pair", "word"

_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join(month.capitalize() for month in _MONTHS.split())
_UNIT = (
    r"(?:\s?%|\s(?:per ?cent|million|billion|thousand|hundred|years?|months?|weeks?|days?|hours?"
    r"|minutes?|seconds?|metres|meters|km|kilometres|kilometers|miles|feet|tons?|tonnes|kg|dollars"
    r"|euros|pounds|men|people|percent|MiB|GiB|MB|GB|ms)\b)*"
)
_UPPER = "".join(filter(str.isupper, map(chr, range(0x41, 0x1F00))))  # Latin, Greek, Cyrillic
_CAPITAL = rf"(?:(?:[{_UPPER}]|St|Mr|Mrs|Dr)\.(?= [{_UPPER}])|[{_UPPER}][\w’'‐‑-]*[\w’])"
_NUMBER = rf"(?<![\w.,/$€£:–-])[$€£]?\d+(?:[.,]\d+)*{_UNIT}(?![\w:/%–-])"
_NAME = (
    rf"\b{_CAPITAL}(?: (?:(?:of|the|de|von|van|der|la|du) )*{_CAPITAL})*"
    r"(?: \d{1,3})?\b(?!\.\w)"
)
_MARKED = [
    (DATE, re.compile(rf"\b(?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH})(?: \d{{1,2}},?)?) \d{{4}}\b")),
    (DATE, re.compile(rf"\b(?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}})\b")),
    (YEAR, re.compile(r"(?<![\w.,/$€£:–-])(?:1[1-9]\d\d|20\d\d)\b(?![,.:]\d|[%–-])")),
    (NUMBER, re.compile(_NUMBER)),
    (NAME, re.compile(_NAME)),
]
_CODE = re.compile(r"(?<=`)[\w./<>-][^`\n]{1,38}(?=`)")
_BARE_WORD = re.compile(r"\S+")
_MONTH_WORD = re.compile(_MONTHS.replace(" ", "|").replace("may|", "").replace("march|", ""))
_ADJECTIVE = re.compile(r"(?:ese|ish|ian|ean|can|ans|ern|ic|ench|utch|reek|wiss|erman|rab|slav)$")
_BEFORE_A_NOUN = re.compile(r" [a-z]{3,}")
_OPENERS = re.compile(  # that a sentence may begin with before a name
    r"near|under|since|despite|among|between|within|until|unlike|following|during|before|after"
    r"|according|throughout|behind|beyond|via|with|without|towards|by|like|only|both|each"
)
_PLACED = re.compile(r"\b(?:in|at|near|into|from|to|across|through|around|towards?) (?:the )?$")
_LONGEST_RUN = 3  # words
_ENGLISH_ENDING = re.compile(
    r"(?:ments?|ness|ships?|tions?|isms?|ity|ities|ances?|ences?|ates?|prove|suade)$"
)
_QUANTITY_WORD = re.compile(
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)?"
    r"(?:two|three|four|five|six|seven|eight|nine)|ten|eleven|twelve|\w+teen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?)"
)
# Endings of verbs, adverbs and adjectives, and the commonest of those without such an ending.
_NO_NOUN = re.compile(
    r".*(?:ed|ing|ly|able|ible|ous|ive|al|ful|ary|ory|less|est|ier|ward|wards|ern|ic|ize|ise)"
    r"|found|brought|sought|came|took|taken|made|make|struck|kept|keep|held|hold|gave|given|give"
    r"|went|left|lead|became|become|began|begin|begun|broke|broken|chose|chosen|drew|drawn|fell"
    r"|felt|fought|forgot|grew|grown|heard|knew|known|know|laid|lost|meant|paid|rose|said|says"
    r"|seen|sent|shown|spent|spoke|stood|thought|told|understood|went|wrote|written|want|turn"
    r"|remain|continue|allow|expect|enjoy|crush|admit|adopt|solve|deflect|extend|produce|affirm"
    r"|assist|refuse|affect|include|obtain|provide|require|receive|suggest|strengthen|define"
    r"|though|although|otherwise|without|neither|together|rather|therefore|thereafter|therein"
    r"|whether|hurry|soon|next|within|upon|toward|towards|along|aside|instead|later|earlier"
    r"|longer|larger|greater|better|lower|higher|smaller|broader|near|around|past|second|third"
    r"|close|full|quick|large|small|great|good|severe|difficult|different|certain|various|stiff"
    r"|brief|warm|fourth|many|several|every|least|even|desperate|explicit|direct|indirect|entire"
    r"|among|throughout|during|despite|upon|versus|regarding|according|towards|firm"
    r"|concrete|european|german|soviet|present|recent|today|tomorrow"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase at ``start`` of a statement's text."""

    kind: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.text)

    def touches(self, other: "Phrase") -> bool:
        """Whether two phrases of one statement share a character."""
        return self.start < other.end and other.start < self.end


def phrases(statement: Statement, company: Counter[tuple[str, str]]) -> list[Phrase]:
    """The phrases of a statement by their place; none shares a character with another.

    ``company`` counts neighbouring words of the bare statements around, as ``keeping_company``
    does.
    """
    found: list[Phrase] = []
    for phrase in _bare(statement, company) if statement.bare else _marked(statement):
        if not any(phrase.touches(other) for other in found):
            found.append(phrase)
    return sorted(found, key=lambda phrase: phrase.start)


def keeping_company(around: Iterable[Statement]) -> Counter[tuple[str, str]]:
    """Pairs of neighbouring words of bare statements, each beside the other in at least half
    of its places, as the parts of a name are."""
    texts = [statement.text.split() for statement in around if statement.bare]
    single = Counter(word for text in texts for word in text)
    pairs = Counter(pair for text in texts for pair in pairwise(text))
    return Counter(
        {
            (a, b): count
            for (a, b), count in pairs.items()
            if 2 * count >= max(single[a], single[b]) and _tells(a) and _tells(b)
        }
    )


def _marked(statement: Statement) -> Iterator[Phrase]:
    text = statement.text
    for match in _CODE.finditer(text):
        if text.count("`", 0, match.start()) % 2:
            yield Phrase(CODE, match.start(), match.group())
    for kind, pattern in _MARKED:
        for match in pattern.finditer(text):
            if kind != NAME and (kind != NUMBER or len(match.group()) > 1):
                yield Phrase(kind, match.start(), match.group())
            elif kind == NAME and text.count("`", 0, match.start()) % 2 == 0:
                yield from _name(statement, match)


def _name(statement: Statement, match: re.Match[str]) -> Iterator[Phrase]:
    """The name, without an article or other word that only opens the sentence."""
    start, name = match.start(), match.group()
    if not statement.text[:start].strip(" \"'“(*"):
        first, _, rest = name.partition(" ")
        if is_function_word(fold(first)) or _OPENERS.fullmatch(fold(first)):
            name, start = rest, start + len(first) + 1
        elif first not in statement.names and not rest[:1].isupper():
            return
    for possessive in ("'s", "’s"):
        name = name.removesuffix(possessive)
    if len(name) > 2 and name[0].isupper() and not is_function_word(fold(name)):
        yield Phrase(NAME, start, name)


def _bare(statement: Statement, company: Counter[tuple[str, str]]) -> Iterator[Phrase]:
    words = list(_BARE_WORD.finditer(statement.text))
    for start, end in _runs([word.group() for word in words], company):
        text = statement.text[words[start].start() : words[end].end()]
        yield Phrase(PAIR, words[start].start(), text)
    for word in words:
        if _MONTH_WORD.fullmatch(word.group()):
            yield Phrase(MONTH, word.start(), word.group())
        elif _QUANTITY_WORD.fullmatch(word.group()):
            yield Phrase(QUANTITY, word.start(), word.group())
        elif _tells(word.group()):
            yield Phrase(WORD, word.start(), word.group())


def _runs(words: list[str], company: Counter[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """First and last word of each run that keeps company: a name, or what is said repeatedly."""
    start = 0
    for place in range(1, len(words) + 1):
        if place < len(words) and (words[place - 1], words[place]) in company:
            continue
        names = [n for n in range(start, place) if looks_like_name(words[n])]
        if names[1:]:
            yield max(names[0], names[-1] - _LONGEST_RUN + 1), names[-1]
        elif not names and min((company[p] for p in pairwise(words[start:place])), default=0) > 1:
            yield start, place - 1
        start = place


def is_attribute(statement: Statement, phrase: Phrase) -> bool:
    """Whether a name stands before a noun that it describes: "Renaissance architecture"."""
    following = _BEFORE_A_NOUN.match(statement.text, phrase.end)
    return following is not None and not is_function_word(following.group().strip())


def is_placed(statement: Statement, phrase: Phrase) -> bool:
    """Whether a name follows a preposition of place: "in Bonn", but not "by Wagner"."""
    return _PLACED.search(statement.text[: phrase.start]) is not None


def is_adjective(name: str) -> bool:
    """Whether a name is one of a people, place or direction that others are called by."""
    return _ADJECTIVE.search(name) is not None


@cache
def looks_like_name(word: str) -> bool:
    """Whether a bare word is rare in English at large: tiktoken writes common words as one
    token each, and names and rare words as several. Not one with an ending of English."""
    return _tells(word) and count_tokens(f" {word}") > 1 and not _ENGLISH_ENDING.search(word)


@cache
def _tells(word: str) -> bool:
    """Whether a bare word may be a noun or name; told by its ending, so now and then wrong."""
    return (
        len(word) >= 4
        and word.isalpha()
        and not _NO_NOUN.fullmatch(word)
        and not _MONTH_WORD.fullmatch(word)
        and not _QUANTITY_WORD.fullmatch(word)
        and not is_function_word(word)
    )
