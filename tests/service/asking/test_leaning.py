"""Which questions lean on the one before, by hand, and what holds for any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.asking.leaning import leans

LEAN = [
    # no content word, or only the most general
    "Why?",
    "And then?",
    "How so?",
    "Who else?",
    "Why not?",
    "For how long?",
    "Tell me more.",
    "What do you mean?",
    "What happened next?",
    "How many were there?",
    "Which one?",
    "?",
    # goes on where another ended
    "And the price?",
    "But at what cost?",
    "Or in winter?",
    "What about Finland?",
    "How about the keys of the cellar?",
    "In Finland?",
    "With the neighbours?",
    "The deposit?",
    "Finland?",
    "and Italy",
    # a pronoun that stands for nothing in the question
    "And what did he reply?",
    "What did she write in her letter to the bank?",
    "How large was it?",
    "When did they leave Berlin?",
    "Who succeeded him?",
    "Who translated his speech?",
    "What was decided in his absence?",
    "What did Hitler tell him?",
    "What did Molotov say about it?",
    "How did Germany pay for them?",
    "What's its name?",
    "Is it safe?",
    "Who's he?",
    "After the meeting, what did he say?",
    "Two days later, what did they sign?",
    "What happened when he arrived?",
    "Which port did he want?",
    "How important was it to Stalin?",
    # demonstratives, "there", "then", "such", "same", "else", "other"
    "Who signed this?",
    "Why was that done?",
    "Who wrote that letter?",
    "What did Germany get out of that?",
    "Were these tenants warned?",
    "What became of those ships?",
    "What was built there?",
    "Who was foreign minister then?",
    "Who makes such machines?",
    "Does the same rule hold in winter?",
    "What did the latter say?",
    "Who were the others?",
    "What was the other reason?",
    "Is there another key?",
    "What else did Germany buy?",
    "Which one did Stalin choose?",
    "Why did Italy do so?",
    "What did Stalin do afterwards?",
    "Did Italy sign too?",
    "Who wrote the second?",
]

STAND = [
    "Which port did the Soviets want on the Baltic?",
    "When is the rent due?",
    "Who keeps the keys?",
    "What did the roof cost?",
    "warm water port",
    "title of the book by Hitler",
    "Molotov",
    "What is the capital of Australia?",
    "And which port did the Soviets want on the Baltic?",
    "But what did Ribbentrop's entourage expect Stalin to do?",
    "What if a tenant loses the keys?",
    # a pronoun with something to stand for
    "Why did Stalin dislike his offer?",
    "Did Molotov think that he had won?",
    "When a tenant leaves, what must they pay?",
    "If the rent is late, when is it due?",
    "Which country closed its border?",
    "Which university has its origins in a school of medicine?",
    "Who found the purse and returned it to the police?",
    "How do I boil an egg without cracking it?",
    "When Bulgaria joined the Axis, how did Stalin feel about it?",
    "Germany signed a pact with Italy. Why did they do so?",
    "In his letter, what did Ribbentrop propose?",
    "Why did the Germans think they had won?",
    # "it", "that" and "there" that point at nothing
    "How long does it take to boil an egg?",
    "Is it true that Stalin was pleased?",
    "Was it Stalin who wrote the reply?",
    "What does it mean for a knot to be prime?",
    "Did Stalin say that the war was lost?",
    "Who found the letter that arrived?",
    "Which general wrote down that Hitler wavered?",
    "Is there a lift in the house?",
    "How many keys are there to the cellar?",
    "What is the weather this week?",
    "What do those who rent have to pay?",
    "Which metals such as nickel did Germany need?",
    "Does Finland have the same border as in spring?",
    "Who else, apart from Italy, signed the pact?",
    "Which of the other treaties, besides the first, was kept secret?",
    "What did the former ambassador say?",
    "Which one of the ministers signed the pact?",
    "If the pipe bursts, what should the caretaker do then?",
    "What did Germany buy from Finland, Romania and Hungary afterwards?",
]


@pytest.mark.parametrize("question", LEAN)
def test_what_cannot_be_understood_alone_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", STAND)
def test_what_names_its_own_subject_stands_alone(question: str) -> None:
    assert not leans(question, "Who was the Finnish ambassador in Moscow?")


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ"])
def test_a_clitic_hides_no_pronoun(apostrophe: str) -> None:
    assert leans(f"Where did they say he{apostrophe}s gone?")
    assert not leans(f"There{apostrophe}s a lift in which house?")


def test_the_thing_that_the_earlier_question_named_leans() -> None:
    asked = "What did the letter say?"
    assert leans(asked, "Who sent two letters to Molotov?")
    assert not leans(asked, "Who lived in Berlin?")
    # with a name it is told which
    assert not leans("What did the letter to Stalin say?", "Who sent two letters to Molotov?")
    assert not leans("What did the letter of the minister of war cost?", "Who sent a letter?")


@given(st.text(), st.text())
def test_any_text_either_leans_or_stands(question: str, earlier: str) -> None:
    assert leans(question, earlier) in (True, False)


@given(st.sampled_from([*LEAN, *STAND]), st.sampled_from(["", " ", "\n", "\t "]))
def test_space_around_a_question_changes_nothing(question: str, space: str) -> None:
    assert leans(f"{space}{question}{space}") == leans(question)


@given(st.sampled_from(LEAN), st.sampled_from([*LEAN, *STAND]))
def test_what_leans_leans_whatever_was_asked(question: str, earlier: str) -> None:
    assert leans(question, earlier)
