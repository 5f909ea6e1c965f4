"""What is measured on which collection, and what is within reach. In: names. Out: Goals."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import QuestionSetInvalid

SEED = "seed"
NDCG = "nDCG@10"
# Questions on SQuAD's articles from A to H, and SciFact's claims of an even number, fitted
# service/ranking/ranking.json (DECISIONS.md).
FITTED = "I"
_EVEN = ("0", "2", "4", "6", "8")


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure of one collection, of a group of its queries, and what is within reach.

    Only queries whose relevant documents' ids all stand at ``beyond`` or after it count, and
    with ``odd`` only those whose id does not end with an even digit: the weights that ship
    were fitted on the others.
    """

    collection: str
    measure: str
    reach: float | None = None
    group: str | None = None
    beyond: str = ""
    odd: bool = False

    def counts(self, query: str, first_relevant: str) -> bool:
        """Whether a query counts, by its id and the lowest id of its relevant documents."""
        return first_relevant >= self.beyond and not (self.odd and query.endswith(_EVEN))

    @property
    def over_documents(self) -> bool:
        """Whether whole documents are ranked; else passages, by the places they hold."""
        return self.measure == NDCG


GOALS = (
    Goal(SEED, "hit@5", 0.97),
    Goal(SEED, "mrr", 0.85),
    Goal("chroma", "character recall", 0.92),
    Goal("chroma", "character precision"),
    Goal("chroma", "character iou", 0.08),
    Goal("scifact", NDCG, 0.74, group="train", odd=True),
    Goal("xquad_en", NDCG, 0.98),
    Goal("xquad_en_stripped", NDCG, 0.97),
    Goal("squad2_dev", NDCG, beyond=FITTED),
    Goal("squad2_dev_stripped", NDCG, 0.90, beyond=FITTED),
    Goal("cranfield", NDCG, 0.43),
    Goal("cacm", NDCG, 0.56),
)


def choose(
    only: Sequence[str], collections: Path | None, seeds: Path
) -> tuple[list[str], list[str]]:
    """The collections to measure, and those left out because they are missing.

    Raises ``QuestionSetInvalid`` when one in ``only`` is unknown or missing, or none is there.
    """
    known = list(dict.fromkeys(goal.collection for goal in GOALS))
    folders = {name: collections / name for name in known if collections} | {SEED: seeds}
    there = [name for name in known if name in folders and folders[name].is_dir()]
    lacking = [name for name in only if name not in there] if there else known
    if lacking:
        raise QuestionSetInvalid(
            f"cannot measure {', '.join(lacking)}: of {', '.join(known)} there is "
            f"{', '.join(there) or 'none'} here; correct --only or --collections"
        )
    wanted = [name for name in known if name in only or not only]
    return [n for n in wanted if n in there], [n for n in wanted if n not in there]
