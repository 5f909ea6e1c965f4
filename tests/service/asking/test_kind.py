"""What kind of thing a question asks for, and what it names, is told by its form alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.asking.kind import Kind, names, question_kind, words

KINDS: dict[Kind, str] = {
    "person": """
        Who was Schulenburg?
        Whose signature is on the lease?
        Whom did she marry?
        By whom was it built?
        Which man opened the gate?
        What woman led the march?
        which person signed
        WHO SIGNED IT?
        Who said that it was late?
    """,
    "place": """
        Where is the key kept?
        where is the key
        Which city was besieged?
        What country did they leave?
        In which village was he born?
        Which river floods the town?
    """,
    "day": """
        In what year was the bridge built?
        What date was agreed?
        On what exact date did it open?
        The date of the treaty?
        What was the year of the flood?
    """,
    "time": """
        When was the roof mended?
        When did it end
        What day of the week is market day?
        On which day of the week do they meet?
        Which century saw the plague?
        In what decade did prices fall?
        What month is the harvest?
        In which season do they migrate?
        Does anyone know when it opens?
        When and where was she born?
    """,
    "quantity": """
        How many people live there?
        how much does it cost
        How long did the siege last?
        How old is the oldest tree?
        How far is the station?
        How tall is the tower?
        How often does the bus run?
        How soon can it start?
        What number of guests came?
        What percentage of votes did they win?
        Which share went to the widow?
        What is the number of rooms?
        What age was she?
        By what factor did it grow?
        What size is the room?
        How many people did the man who said it lead?
    """,
    "cause": """
        Why was the bridge closed?
        What reason did he give?
        Which causes are named?
        How come it failed?
    """,
    "saying": """
        What did the king say about taxes?
        How did the critic describe the play?
        What was the comet called?
        What has the mayor said?
        How does the author argue for reform?
        What did she write in 1940?
    """,
    "other": """
        What is photosynthesis?
        How is bread baked?
        Which paint was used?
        Tell me about the garden.
        Wie alt ist der Baum?
        the whole story
        What is wherever it may be?
        whenever it rains, what happens?
        Is there a somewhere?
        What is the state of the union?
    """,
}
ASKED = [
    (kind, question.strip())
    for kind, listed in KINDS.items()
    for question in listed.strip().splitlines()
]


def test_the_table_is_long_and_holds_every_question_once() -> None:
    assert len(ASKED) == len({question for _, question in ASKED}) >= 50


@pytest.mark.parametrize(("kind", "question"), ASKED)
def test_the_kind_is_told_by_the_form(kind: Kind, question: str) -> None:
    assert question_kind(question) == kind


@pytest.mark.parametrize("question", [question for _, question in ASKED])
def test_capitals_change_no_kind(question: str) -> None:
    assert question_kind(question.upper()) == question_kind(question)


@given(st.text())
def test_any_text_has_a_kind(text: str) -> None:
    assert question_kind(text) in KINDS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("?!", []),
        ("snake_case", ["snake", "case"]),
        ("The ten-year plan isn't O’Neil's.", ["The", "ten-year", "plan", "isn't", "O’Neil's"]),
        ("-a- 'b' 1.5", ["a", "b", "1", "5"]),
        ("Élysée, 東京", ["Élysée", "東京"]),
    ],
)
def test_what_is_joined_is_one_word(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", ()),
        ("Who was Count Schulenburg?", ("Count", "Schulenburg")),
        ("Schulenburg was who?", ()),  # a first word has a capital in any case
        ("what did hitler want", ()),
        ("Did the Soviet-German pact of 1939 hold?", ("Soviet-German", "1939")),
        ("1940 saw what?", ("1940",)),
        ("Who signed Article 7b?", ("Article", "7b")),
        ("Who owns the b7?", ("b7",)),
        ("Was NATO asked?", ("NATO",)),
        ("Did McDonald's open in St. Petersburg?", ("McDonald's", "St", "Petersburg")),
        ("What did O'Neil tell D’Artagnan?", ("O'Neil", "D’Artagnan")),
        ("Was Élysée closed?", ("Élysée",)),
        ("May I ask what The Who sang? I'm sure I’d know, but I don't. Didn't Bob?", ("Bob",)),
        # capitals that mark no names: a title, a shout; numbers are names there, too
        ("The Quick Brown Fox Jumps", ()),
        ("Who Is The Man In Room 12?", ("12",)),
        ("WHO WAS SCHULENBURG IN MOSCOW?", ()),
        ("WHO SIGNED THE TREATY OF 1939?", ("1939",)),
    ],
)
def test_names_are_capitals_inside_and_numbers(question: str, found: tuple[str, ...]) -> None:
    assert names(question) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("is Ann Bo Cy here", ("Ann", "Bo", "Cy")),  # three of five are not most
        ("is Ann Bo Cy Di here", ()),  # four of six are
    ],
)
def test_most_is_more_than_six_in_ten(question: str, found: tuple[str, ...]) -> None:
    assert names(question) == found


@given(st.text())
def test_names_are_words_in_order(text: str) -> None:
    left = iter(words(text))
    assert all(name in left for name in names(text))
