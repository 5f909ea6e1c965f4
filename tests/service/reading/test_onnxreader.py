"""The real reader: it tells what answers from what does not, and where."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from service.reading.onnxreader import MOST_PIECES, OnnxReader, load_reader

pytestmark = pytest.mark.model
QUESTION = "When did the harbour of Port Elm open?"
ANSWER = "Port Elm grew slowly. Its harbour opened in 1871 and was widened later."
NEAR = "Port Elm has a harbour with two piers, and ferries leave from it every hour."
FAR = "Bread is baked from flour, water and salt, and has to rest before it is cut."


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return load_reader(threads=1)


def test_an_answer_is_told_from_what_is_near_and_far(reader: OnnxReader) -> None:
    answer, near, far = reader.read(QUESTION, [ANSWER, NEAR, FAR])
    assert answer.answered > near.answered > far.answered
    assert answer.best_span() > near.best_span()


def test_the_sentence_that_answers_has_the_best_span(reader: OnnxReader) -> None:
    (read,) = reader.read(QUESTION, [ANSWER])
    border = ANSWER.index("Its")
    assert read.best_span(border) > read.best_span(0, border)
    year = ANSWER.index("1871")
    assert read.best_span(year, year + 4) == pytest.approx(read.best_span(), abs=2)


def test_offsets_are_of_the_text(reader: OnnxReader) -> None:
    (read,) = reader.read(QUESTION, ["Ünïcode 😀 harbour"])
    assert (read.begins[0], read.ends[-1]) == (0, 17)


def test_what_is_too_long_is_read_as_far_as_it_goes(reader: OnnxReader) -> None:
    long = "harbour " * 1000
    (read,) = reader.read(QUESTION, [long])
    assert len(read.begins) < MOST_PIECES
    assert read.best_span(len(long) - 8) < read.best_span()


@pytest.mark.parametrize("question", ["harbour " * 250, "a" * 2000, "? " * 1000])
def test_of_the_longest_question_a_part_is_read(reader: OnnxReader, question: str) -> None:
    short, long = reader.read(question, [ANSWER, "harbour " * 1000])
    assert short.ends[-1] == len(ANSWER)
    assert 0 < len(long.begins) < MOST_PIECES
    assert np.isfinite([short.answered, long.answered, short.best_span()]).all()


def test_nothing_is_read_of_nothing(reader: OnnxReader) -> None:
    assert reader.read(QUESTION, []) == []
    (empty,) = reader.read(QUESTION, [""])
    assert len(empty.begins) == 0


def test_threads_share_it(reader: OnnxReader) -> None:
    texts = [ANSWER, NEAR, FAR]
    alone = [one.answered for one in reader.read(QUESTION, texts)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: reader.read(QUESTION, texts), range(8)))
    assert all([one.answered for one in each] == alone for each in together)
