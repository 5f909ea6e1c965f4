"""BEIR's form. In: a folder of corpus, queries and a table of judgements a split.
Out: a Collection.

Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information
Retrieval Models" (2021). Documents are judged as a whole; queries of other splits stand in
the same file, without a judgement.
"""

from pathlib import Path

from eval.errors import QuestionSetInvalid
from eval.questions.collection import Collection, collection_of
from eval.questions.rows import read_qrels

QRELS = "qrels"
_BY_DEFAULT = ("test", "dev", "train")


def splits(folder: Path) -> list[str]:
    """The splits that a folder has judgements of."""
    return sorted(file.stem for file in (folder / QRELS).glob("*.tsv"))


def choose_split(folder: Path, wanted: str | None = None) -> str:
    """The wanted split, or test, dev or train, the first that there is.

    Raises ``QuestionSetInvalid`` when there is none, or not this one.
    """
    found = splits(folder)
    chosen = [s for s in ([wanted] if wanted else _BY_DEFAULT) if s in found]
    if chosen:
        return chosen[0]
    there = ", ".join(found) or f"no .tsv file in {folder / QRELS}"
    asked = f"no split {wanted!r}" if wanted else f"none of the splits {', '.join(_BY_DEFAULT)}"
    raise QuestionSetInvalid(f"{folder} has {asked}; choose by --split what there is: {there}")


def read_beir(folder: Path, split: str) -> Collection:
    """A folder with the judgements of one split.

    Raises ``QuestionSetInvalid`` for what cannot be read.
    """
    return collection_of(folder, read_qrels(folder / QRELS / f"{split}.tsv"))
