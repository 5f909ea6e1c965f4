"""Questions about another: a name of the text that the question did not have."""

from random import Random

from eval.reading.renamed import all_names, renamed

TEXT = "in 1066 duke william conquered england while rollo of norway had come in 911"
NAMES = ["William", "Rollo", "England", "Norway", "Alfred", "1066", "911", "1203"]


def made(question: str, *answers: str, text: str = TEXT) -> set[str | None]:
    return {renamed(question, text, answers, NAMES, Random(n)) for n in range(40)}


def test_names_and_numbers_are_known_by_their_form() -> None:
    asked = ["When did William of Orange meet Anne?", "Who came in 1066, if not Rollo?", "In Rome?"]
    assert all_names(asked) == ["William of Orange", "Anne", "1066", "Rollo", "Rome"]
    assert all_names(["Where is it?", "Rollo came", "how did Rollo's son come?"]) == ["Rollo"]


def test_a_name_is_exchanged_for_another_that_the_text_holds() -> None:
    assert made("Where was the duke William born?") == {
        f"Where was the duke {name} born?" for name in ("Rollo", "England", "Norway")
    }


def test_a_number_is_exchanged_for_a_number() -> None:
    assert made("Who came in 1066?") == {"Who came in 911?"}
    assert made("Who came in 1066?", text="none in 9111") == {None}


def test_what_is_asked_or_answers_is_not_put_in() -> None:
    assert made("What did William and Rollo see in England?", "Norway") == {None}
    assert made("Whom did William meet?", "rollo of norway") == {"Whom did England meet?"}


def test_a_question_without_names_stays_without_another() -> None:
    assert made("Who built the bridge?") == {None}
