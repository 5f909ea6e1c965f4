"""Questions for what something is. In: Statements. Out: Drafts "What is X?", "Who was X?".

Patterns of English after the definitional sentences of Hearst (1992), kept narrow: X is a name,
or a kind of thing ("A dentist is ..."), or what the document's title is about.
"""

import re
from collections.abc import Iterator, Sequence

from index.terms import fold, terms
from service.asking.question import is_function_word
from service.drafting.draft import Draft
from service.drafting.excerpt import Statement, plain

KIND = "definition"
_DEFINES = re.compile(
    r"(?:\*\*)?(?P<subject>[^\s,;:.()“\"*][^,;:.()“\"*]{1,60}?)(?:\*\*)?"
    r"(?: \([^()]*\)|, [^,;]{2,60},)? (?P<verb>is|are|was|were) "
    r"(?P<what>(?:a|an|the|one of|any) [^.]*(?:\.\S[^.]*)*)[.!]"
)
_ENDS = re.compile(r"[,;(]| (?:which|who|that|whose|where|when|because|but|while|whereas)\b")
_SAYS_NOTHING = re.compile(
    r"(?:an? |the )(?:\w+ )?(?:result|case|matter|reason|lot|number|few|same|first|second|last"
    r"|following|main|only|key|major|important|significant|problem|issue|factor|exception|question"
    r"|part|consequence|example|prerequisite|topic|target|subject|source)\b"
)
_PERSON = re.compile(
    r"\b(?:kings?|queen|emperor|empress|prince|princess|president|minister|chancellor|leader|ruler"
    r"|duke|bishop|pope|saint|soldier|politician|lawyer|judge|writer|author"
    r"|poet|novelist|playwright|painter|artist|composer|musician|singer|actor|actress|director"
    r"|scientist|physicist|chemist|biologist|mathematician|philosopher|historian|economist"
    r"|engineer|architect|inventor|explorer|astronomer|physician|doctor|professor|scholar|monk"
    r"|people|man|woman|son|daughter|brother|sister|wife|husband|diplomat|missionary|founder)\b"
)
_KIND = re.compile(r"an? ")
_LEAST_ANSWER, _MOST_ANSWER = 3, 12  # words; a longer one is cut at an "and", if it has one
_LONGEST_SUBJECT = 5  # words


def definitions(statements: Sequence[Statement], title: str) -> Iterator[Draft]:
    """A draft for each statement of marked text that says what something is."""
    for statement in statements:
        match = None if statement.bare else _DEFINES.fullmatch(statement.text)
        if match and not _SAYS_NOTHING.match(match["what"]):
            subject = _subject(plain(match["subject"]), statement, title)
            answer = _answer(match["what"])
            if subject and answer:
                yield _draft(statement, subject, match["verb"], answer)


def _draft(statement: Statement, subject: str, verb: str, answer: str) -> Draft:
    head = _ENDS.split(answer.partition(" of ")[0])[0]
    word = "Who" if _PERSON.search(fold(head)) and not _KIND.match(subject) else "What"
    return Draft(
        KIND,
        f"{word} {verb} {subject}?",
        statement.path,
        statement.start,
        statement.text,
        (answer,),
        worth=len(answer.split()),
        about=subject,
    )


def _subject(stated: str, statement: Statement, title: str) -> str:
    """The subject as a question names it; empty when it is not clear what it is."""
    words = stated.split()
    article = words[0].lower() if words[0] in ("A", "An", "The") else ""
    named = words[1:] if article else words
    if not named or len(named) > _LONGEST_SUBJECT or any(c.isdigit() for c in stated):
        return ""
    small = [word for word in named if not word[0].isupper()]
    titled = set(terms(" ".join(named))) <= set(terms(title))
    if any(is_function_word(fold(word)) and word != "of" for word in small):
        return ""
    if article in ("a", "an"):
        known = True
    elif [word for word in small if word != "of"]:
        known = titled
    else:
        known = bool(article) or len(named) > 1 or titled or named[0] in statement.names
    return " ".join([article, *named] if article else named) if known else ""


def _answer(what: str) -> str:
    """The predicate as far as it says what the subject is; empty if that is too little."""
    first = _ENDS.search(what)
    if first and len(what[: first.start()].split()) < _LEAST_ANSWER:
        first = None  # "a river that turns the mill" says it all, "a river" nothing
    answer = what[: first.start()].rstrip() if first else what
    if len(answer.split()) > _MOST_ANSWER:
        answer = answer.partition(" and ")[0]
    enough = len(answer.split()) >= _LEAST_ANSWER and not re.search(r"[*`\n]", answer)
    return answer if enough else ""
