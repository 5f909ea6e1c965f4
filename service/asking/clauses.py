"""A question taken apart. In: a question. Out: its Words, each with what its form tells.

Closed classes of English (articles, pronouns, prepositions, auxiliaries and so on) are listed
once here; every other word is a content word. No list depends on what the documents are about.
"""

import re
from dataclasses import dataclass

from index.terms import fold
from service.asking.question import is_function_word


def listed(words: str) -> frozenset[str]:
    """The words of a line, as a class."""
    return frozenset(words.split())


BE = listed("is are was were be been being isnt arent wasnt werent")
DO = listed("do does did dont doesnt didnt")
AUXILIARIES = (
    BE
    | DO
    | listed(
        "has have had hasnt havent hadnt can could cant couldnt will would wont wouldnt shall "
        "should shouldnt may might must mustnt ought"
    )
)
ASKING = listed("who whom whose what which when where why how whats whos wheres hows")
DETERMINERS = listed("the a an any some all each every no both either neither")
PREPOSITIONS = listed(
    "about above according across after against along among around as at before behind below "
    "beside besides between beyond by concerning despite down during except for from in inside "
    "into like near of off on onto out outside over per regarding since through throughout till "
    "to toward towards under until up upon via with within without"
)
# Words that a new clause may begin with; others join it by a comma.
_CLAUSE_OPENERS = listed(
    "and but or nor that when while whereas because although though if unless once whether than "
    "so without after before until besides"
)
# After these, what may open a clause is a preposition, and "that" points.
_POINTING = listed("it him her them this that these those there then")
SUBORDINATORS = listed("when while because although though if unless once as since after before")
# Words of an open class with which nothing can be found, however open it is.
_GENERAL = listed(
    "please thing things happen happens happened mean means meant say says said saying tell tells "
    "told explain describe detail details example examples instance reason reasons know go going "
    "went come came get got make made really exactly precisely actually sure okay ok yes yeah "
    "well long far often soon else more also too much many lot anything something nothing "
    "everything anyone someone nobody everyone one ones another other others same such former "
    "latter instead even still yet ago afterwards afterward later earlier thereafter thereupon "
    "meanwhile next beforehand again now here there then thus therefore hence us them mine ours "
    "yours theirs hers"
)
_CLOSED = (
    AUXILIARIES | ASKING | DETERMINERS | PREPOSITIONS | _CLAUSE_OPENERS | SUBORDINATORS | _GENERAL
)

PARTICLES = listed("down off out up")  # of verbs: "wrote down that he left"
_THERE_IS = re.compile(r"\b(there)['’ʼ]s\b", re.IGNORECASE)
_CLITIC = re.compile(r"(?<=\w)['’ʼ](?:s|re|ll|d|ve|m)\b", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_TOKEN = re.compile(r"\w+(?:[-‐‑]\w+)*|[,;:.!?()]")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word; ``clause`` counts from 0. A name is written with a capital letter that
    the beginning of a sentence does not account for."""

    text: str
    clause: int
    content: bool
    name: bool


def words_of(question: str) -> tuple[Word, ...]:
    """The words of a question in order; what a clitic adds (``he's``) is left out."""
    found: list[Word] = []
    clause, begins = 0, True
    whole = _CLITIC.sub("", _THERE_IS.sub(r"\1 is", question))
    tokens = _TOKEN.findall(_APOSTROPHE.sub("", whole))
    for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
        text = fold(token)
        if not token[0].isalnum() and token[0] != "_":
            clause += bool(found) and found[-1].clause == clause
            begins = text in ".!?"
            continue
        if found and found[-1].clause == clause and _opens(text, found[-1].text, fold(following)):
            clause += 1
        content = text not in _CLOSED and not is_function_word(text)
        found.append(Word(text, clause, content, content and token[0].isupper() and not begins))
        begins = False
    return tuple(found)


def _opens(text: str, before: str, after: str) -> bool:
    """Whether a word begins a clause between these two."""
    if text == "that":
        return before not in (PREPOSITIONS - PARTICLES) | AUXILIARIES
    if text == "so":
        return after[:1].isalnum()
    return text in _CLAUSE_OPENERS and not (text in PREPOSITIONS and after in _POINTING)
