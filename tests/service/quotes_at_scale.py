"""Random documents, random questions: is every quote that leaves in the text it cites?

``python -m tests.service.quotes_at_scale 100000`` asks that many questions and prints how many
quotes, passages and highlights were compared with the documents as they were written; it ends
with an error at the first that is not there. The test beside it asks a few thousand.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.answer import Response
from service.answering.compose import JOINT
from service.engine import Engine
from tests.service.corpora import engine_of

QUESTIONS = 25  # for each set of documents

_word = st.text("abcdefgh", min_size=1, max_size=7) | st.sampled_from(
    ["Ab", "CAFE", "1940", "3.5", "e.g.", "bad-face", "face's", "Dr.", "é", "日本", "𝔞𝔟", "ñ̃"]
)
_mark = st.sampled_from(
    [" ", " ", " ", " ", ", ", ". ", "? ", ".\n\n", "\n", " … ", "\n# ", "\u2028"]
)
_document = st.lists(st.tuples(_word, _mark), min_size=1, max_size=120).map(
    lambda pairs: "".join(word + mark for word, mark in pairs)
)
documents = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "sub/c.txt", "d e.txt"]), _document, min_size=1, max_size=4
)
question = st.lists(
    _word | st.sampled_from("who where why how many did say is and he".split()),  # noqa: SIM905
    min_size=1,
    max_size=9,
).map(" ".join)


@dataclass
class Compared:
    """What was compared so far."""

    questions: int = 0
    answered: int = 0
    quotes: int = 0
    passages: int = 0
    highlights: int = 0


def compare(engine: Engine, response: Response, compared: Compared) -> None:
    """Assert that all that is quoted stands where it is said to stand."""
    compared.questions += 1
    compared.answered += response.answer.verdict == "answered"
    texts = {p.rank: _text(engine, p.document.id) for p in response.passages}
    for passage in response.passages:
        assert passage.verified is True
        assert texts[passage.rank][passage.start : passage.end] == passage.text
        for span in passage.highlights:
            assert passage.start <= span.start < span.end <= passage.end
        compared.highlights += len(passage.highlights)
    compared.passages += len(response.passages)
    quotes = response.answer.quotes
    for quote in quotes:
        passage = response.passages[quote.citation - 1]
        assert passage.start <= quote.start < quote.end <= passage.end
        assert texts[quote.citation][quote.start : quote.end] == quote.text
    assert response.answer.text == (JOINT.join(quote.text for quote in quotes) or None)
    compared.quotes += len(quotes)


def _text(engine: Engine, document_id: str) -> str:
    document = engine.index.texts.document(document_id)
    assert document
    return document.text


def ask_random(engine: Engine, written: dict[str, str], asked: list[str], at: Compared) -> None:
    """Ask the questions, after comparing the stored texts with what was written."""
    for facts in engine.index.texts.documents():
        assert _text(engine, facts.id) == written[facts.path]
    for number, each in enumerate(asked):
        compare(engine, engine.ask(each, top_k=1 + number % 7), at)


def main(questions: int) -> Compared:
    """Ask so many questions; returns what was compared."""
    compared = Compared()

    @settings(
        max_examples=-(-questions // QUESTIONS),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(documents, st.lists(question, min_size=QUESTIONS, max_size=QUESTIONS))
    def run(written: dict[str, str], asked: list[str]) -> None:
        with TemporaryDirectory() as folder:
            engine = engine_of(Path(folder), written, threshold=0.0)
            ask_random(engine, written, asked, compared)
            engine.index.texts.close()

    run()
    return compared


if __name__ == "__main__":
    sys.stdout.write(f"{main(int(sys.argv[1]))}\n")
