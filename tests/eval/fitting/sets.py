"""The question sets that thresholds are stated on and probabilities are checked with.

``python -m tests.eval.fitting.sets DIR`` draws them, by a seed, from collections imported into
DIR (the lines are in DECISIONS.md) and writes them to ``DIR/sets``: ``sq-cal-off.jsonl`` has
answerable questions of ``DIR/sq`` with off-subject ones, ``-near`` with those whose paragraph is
held out, ``-hard`` with those written to be unanswerable; ``cal`` of articles from I to O and the
tuning half of the off-subject questions, ``rep`` of articles from P on and the other half.
``seed-cal-off`` and ``seed-rep-off`` have the seed's answerable questions of a half with those.
``sq-taught.jsonl`` and the like have all questions of articles up to H, which the reader is taught.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).parents[3] / "seeds"
Row = dict[str, Any]
TAUGHT, TAUGHT_ON = ("A", "H"), ("sq", "sqs", "sqh", "sqsh")
PARTS = {"cal": ("I", "O", "tuning"), "rep": ("P", "Z", "test")}
# How many answerable ones, unanswerable ones of its own, and off-subject ones are drawn.
DRAWN = {
    ("sq", "cal"): (90, 90, 105),
    ("sqs", "cal"): (50, 40, 105),
    ("sqh", "cal"): (40, 100, 0),
    ("sqsh", "cal"): (20, 70, 0),
    ("sq", "rep"): (300, 300, 210),
    ("sqs", "rep"): (300, 300, 210),
    ("sqh", "rep"): (300, 300, 0),
    ("sqsh", "rep"): (300, 300, 0),
}


def draw(root: Path, collection: str, part: str) -> dict[str, list[Row]]:
    """The sets of a collection by the kind of their unanswerable questions."""
    first, last, half = PARTS[part]
    chance = random.Random(f"{collection} {part}")
    rows = of_articles(root, collection, first, last)
    answerable = [row for row in rows if row["answerable"]]
    own = [row for row in rows if not row["answerable"]]
    off = [row for row in _rows(SEEDS / "off-subject.jsonl") if half in row["tags"]]
    for each in (answerable, own, off):
        chance.shuffle(each)
    most = DRAWN[collection, part]
    kinds = {"near" if collection.endswith("h") else "hard": own[: most[1]], "off": off[: most[2]]}
    return {kind: _once([*answerable[: most[0]], *found]) for kind, found in kinds.items() if found}


def of_articles(root: Path, collection: str, first: str, last: str) -> list[Row]:
    """All questions of a collection about articles whose names begin with these letters."""
    asked = {row["id"]: row for row in _rows(root / "sq" / "questions.jsonl")}
    return [
        row
        for row in _rows(root / collection / "questions.jsonl")
        if first <= _document(asked.get(row["id"], row))[:1].upper() <= last
    ]


def of_seed(part: str) -> list[Row]:
    """The seed's answerable questions of a half, and the off-subject ones of it."""
    half = PARTS[part][2]
    rows = [*_rows(SEEDS / "questions.jsonl"), *_rows(SEEDS / "off-subject.jsonl")]
    kept = [row for row in rows if row["answerable"] or row["id"].startswith("off-")]
    return [row for row in kept if half in row["tags"]]


def main(root: Path) -> None:
    """Write every set."""
    found = {
        f"{collection}-{part}-{kind}": rows
        for collection, part in DRAWN
        for kind, rows in draw(root, collection, part).items()
    }
    found |= {f"seed-{part}-off": of_seed(part) for part in PARTS}
    found |= {f"{each}-taught": _once(of_articles(root, each, *TAUGHT)) for each in TAUGHT_ON}
    (root / "sets").mkdir(exist_ok=True)
    for name, rows in found.items():
        file = root / "sets" / f"{name}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        sys.stdout.write(f"{file}: {len(rows)} questions\n")


def _rows(file: Path) -> list[Row]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _document(row: Row) -> str:
    if row["answerable"]:
        found: str = row["expected"][0]["document"]
        return found
    return next((tag[5:] for tag in row["tags"] if tag.startswith("near:")), "")


def _once(rows: list[Row]) -> list[Row]:
    return list({row["question"]: row for row in reversed(rows)}.values())[::-1]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
