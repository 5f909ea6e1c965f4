"""SQuAD 1.1 and 2.0. In: one JSON file. Out: a Collection.

A paragraph is a document, named by its article and its number there; what repeats another
word for word is the same document. See Rajpurkar et al., "Know What You Don't Know:
Unanswerable Questions for SQuAD" (ACL 2018).
"""

from codecs import BOM_UTF8
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from eval.errors import QuestionSetInvalid
from eval.questions.collection import Collection, CollectionDocument

REPEATED = "paragraphs that repeat another"
MISPLACED = "answers that do not stand at their answer_start"
_UNTITLED = "untitled"


class _Answer(BaseModel):
    text: str
    answer_start: int


class _Asked(BaseModel):
    id: Annotated[str, Field(min_length=1)]
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str
    qas: tuple[_Asked, ...]


class _Article(BaseModel):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _Squad(BaseModel):
    data: tuple[_Article, ...]


@dataclass
class _Made:
    """What is made of the paragraphs seen so far."""

    documents: dict[str, str] = field(default_factory=dict)  # ids by text
    numbers: Counter[str] = field(default_factory=Counter)  # paragraphs by title
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def read_squad(file: Path) -> Collection:
    """Read a file; raises ``QuestionSetInvalid`` when it is not of the form."""
    try:
        content = _Squad.model_validate_json(file.read_bytes().removeprefix(BOM_UTF8), strict=True)
    except OSError as error:
        raise QuestionSetInvalid(f"{file} cannot be read ({error}); name another") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise QuestionSetInvalid(
            f"{file} is not of SQuAD's form: {place}: {first['msg']}; correct it"
        ) from error
    made = _Made()
    for article in content.data:
        title = article.title.strip() or _UNTITLED
        for paragraph in article.paragraphs:
            _add(made, title, paragraph, file)
    documents = tuple(CollectionDocument(id_, "", text) for text, id_ in made.documents.items())
    qrels = {id_: {s["doc"]: 1 for s in q["spans"]} for id_, q in made.queries.items()}
    judged = {query: documents for query, documents in qrels.items() if documents}
    return Collection(file.stem, documents, tuple(made.queries.values()), judged, made.left_out)


def _add(made: _Made, title: str, paragraph: _Paragraph, file: Path) -> None:
    number = made.numbers[title]
    made.numbers[title] += 1
    document = made.documents.setdefault(paragraph.context, f"{title}#{number}")
    made.left_out[REPEATED] += document != f"{title}#{number}"
    for asked in paragraph.qas:
        if asked.id in made.queries:
            raise QuestionSetInvalid(f"{file}: the id {asked.id!r} is used twice; ids must differ")
        made.queries[asked.id] = _query(asked, document, paragraph.context, made.left_out)


def _query(asked: _Asked, document: str, text: str, left_out: Counter[str]) -> dict[str, Any]:
    """A query with each of the places its answers stand at, once."""
    stands = [a for a in asked.answers if a.text and _stands(a, text)]
    left_out[MISPLACED] += len(asked.answers) - len(stands)
    places = dict.fromkeys((a.answer_start, a.answer_start + len(a.text)) for a in stands)
    return {
        "_id": asked.id,
        "text": asked.question,
        "spans": [{"doc": document, "start": start, "end": end} for start, end in places],
        "answers": list(dict.fromkeys(answer.text for answer in stands)),
        "answerable": not asked.is_impossible,
    }


def _stands(answer: _Answer, text: str) -> bool:
    return answer.answer_start >= 0 and text.startswith(answer.text, answer.answer_start)
