"""What cannot be answered from documents in English. In: a question. Out: greeting? language?
Its words that are not that language's function words.

By closed lists of words: greetings and thanks, and the function words of other languages.
"""

import unicodedata

from service.asking.kind import words
from service.asking.stopwords import stopwords

_GREETS = (
    "hello hi hey hiya howdy greetings morning afternoon evening night bye goodbye farewell thanks "
    "thank thx cheers sorry ok okay yes no great nice cool perfect wow lol"
)
_FILLERS = (
    "a again all am and are day dear doing everyone fine for friend good have help how i im is it "
    "later lot lots much now please see so soon that the there this to today u very was welcome "
    "well you your"
)
_GREETING = frozenset(_GREETS.split())
_PLEASANTRIES = _GREETING | frozenset(_FILLERS.split())
_FUNCTION_WORDS = {
    "Danish": stopwords.STOPWORDS_DANISH,
    "Dutch": stopwords.STOPWORDS_DUTCH,
    "French": stopwords.STOPWORDS_FRENCH,
    "German": stopwords.STOPWORDS_GERMAN,
    "Italian": stopwords.STOPWORDS_ITALIAN,
    "Norwegian": stopwords.STOPWORDS_NORWEGIAN,
    "Portuguese": stopwords.STOPWORDS_PORTUGUESE,
    "Spanish": stopwords.STOPWORDS_SPANISH,
    "Swedish": stopwords.STOPWORDS_SWEDISH,
    "Turkish": stopwords.STOPWORDS_TURKISH,
}
_LISTS = {name: frozenset(listed) for name, listed in _FUNCTION_WORDS.items()}
_ENGLISH = frozenset(stopwords.STOPWORDS_EN_PLUS)
_FEWEST = 2  # function words that tell a language


def asks_nothing(question: str) -> bool:
    """Whether it has no word (only marks, or pictures), or only greets, thanks or takes leave."""
    said = [word.lower() for word in words(question)]
    if not said:
        return True
    return any(word in _GREETING for word in said) and all(word in _PLEASANTRIES for word in said)


def other_language(question: str) -> str | None:
    """The language or script a question seems to be in, or None for English or what is unclear.

    A language by at least two of its function words, and more of them than English ones.
    """
    letters = [char for char in question if char.isalpha()]
    foreign = [char for char in letters if not unicodedata.name(char, "").startswith("LATIN")]
    if len(foreign) * 2 > len(letters):
        return f"{unicodedata.name(foreign[0], 'another').split()[0].capitalize()} script"
    said = [word.lower() for word in words(question)]
    counts = {name: sum(word in listed for word in said) for name, listed in _LISTS.items()}
    best = max(counts, key=lambda name: counts[name])
    english = sum(word in _ENGLISH for word in said)
    return best if counts[best] >= _FEWEST and counts[best] > english else None


def own_words(question: str, language: str) -> list[str]:
    """The words of a question in that ``other_language`` but its function words."""
    listed = _LISTS.get(language, frozenset())
    return [word for word in words(question) if word.lower() not in listed]
