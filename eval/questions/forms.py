"""Which form a collection has. In: a folder or file. Out: a Collection, and what it was read as."""

from codecs import BOM_UTF8
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from eval.errors import QuestionSetInvalid
from eval.questions import beir
from eval.questions.collection import CORPUS, QRELS, QUERIES, Collection, read_collection
from eval.questions.rows import is_there
from eval.questions.squad import read_squad

FORMS = f"""\
  - a folder with {CORPUS}, {QUERIES} and {QRELS} (answer spans may stand in {QUERIES})
  - a folder of BEIR with {CORPUS}, {QUERIES} and {beir.QRELS}/SPLIT.tsv
  - a file of SQuAD 1.1 or 2.0, JSON with "data" at the top"""


class Form(Enum):
    """The forms that can be read."""

    OWN = "a collection with one qrels.tsv"
    BEIR = "BEIR"
    SQUAD = "SQuAD"


@dataclass(frozen=True, slots=True)
class Found:
    """A collection and the form it had; ``split`` only with BEIR's."""

    form: Form
    split: str | None
    collection: Collection


def read_any(source: Path, split: str | None = None, with_titles: bool = False) -> Found:
    """Read a collection of any form.

    Raises ``QuestionSetInvalid`` for what has none of the forms, or has two, for what cannot
    be read, and for a split or titles where the form has none.
    """
    form = detect(source)
    if split is not None and form is not Form.BEIR:
        raise QuestionSetInvalid(f"{source} is {form.value}, which has no splits; drop --split")
    if with_titles and form is Form.SQUAD:
        raise QuestionSetInvalid(
            f"{source} is SQuAD, whose paragraphs have no titles of their own; drop --titles"
        )
    if form is Form.SQUAD:
        return Found(form, None, read_squad(source))
    if form is Form.OWN:
        return Found(form, None, read_collection(source))
    chosen = beir.choose_split(source, split)
    return Found(form, chosen, beir.read_beir(source, chosen))


def detect(source: Path) -> Form:
    """The form; raises ``QuestionSetInvalid``, which lists the forms."""
    if not source.exists():
        raise QuestionSetInvalid(f"there is no {source}; name a folder or file")
    if source.is_file():
        if _begins_as_squad(source):
            return Form.SQUAD
        raise _no_form(source)
    if not (is_there(source, CORPUS) and is_there(source, QUERIES)):
        raise _no_form(source)
    one, several = (source / QRELS).is_file(), (source / beir.QRELS).is_dir()
    if one and several:
        raise QuestionSetInvalid(
            f"{source} holds both {QRELS} and {beir.QRELS}/, two forms; remove one of them"
        )
    if not (one or several):
        raise _no_form(source)
    return Form.OWN if one else Form.BEIR


def _begins_as_squad(file: Path) -> bool:
    """Whether a file begins as one JSON object with data; all of it is read only when it does."""
    with file.open("rb") as stream:
        begin = stream.read(4096).removeprefix(BOM_UTF8)
    return begin.lstrip().startswith(b"{") and b'"data"' in begin


def _no_form(source: Path) -> QuestionSetInvalid:
    return QuestionSetInvalid(f"{source} is none of the forms that can be imported:\n{FORMS}")
