"""What was done, told on the terminal. In: a Receipt. Out: lines, or JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.console import messages, output
from index.generating import Receipt
from index.manifest import Manifest
from index.sources import LeftOut

_MOST_NAMED = 20


def print_receipt(receipt: Receipt, root: Path, left_out: Sequence[LeftOut] = ()) -> None:
    """What an index holds now, what was done to it, and what it does not hold."""
    manifest, counts = receipt.manifest, receipt.manifest.counts
    if receipt.lost:
        messages.print(
            f"what was there could not be used ({receipt.lost}): everything was indexed anew; "
            "documents that were added by themselves have to be added again"
        )
    if receipt.nothing:
        output.print(
            f"nothing has changed: {counts.documents} documents in {root} "
            f"(generation {manifest.generation}, digest {manifest.digest[:12]})"
        )
    else:
        output.print(_done(receipt))
        output.print(
            f"indexed {counts.documents} documents as {counts.passages} passages of "
            f"{counts.tokens / max(1, counts.passages):.0f} tokens on average into {root} "
            f"(generation {manifest.generation}, digest {manifest.digest[:12]})"
        )
        output.print(
            f"{counts.pieces} word pieces read by {manifest.embedder.name}, "
            f"{counts.pieces_cut} cut; {counts.resplit} passages split again to fit"
        )
        output.print(_searched(manifest))
    print_left_out([*left_out, *receipt.left_out])


def _done(receipt: Receipt) -> str:
    parts = {
        "added": len(receipt.added),
        "changed": len(receipt.changed),
        "moved": len(receipt.moved),
        "removed": len(receipt.removed),
        "unchanged": receipt.unchanged,
    }
    said = ", ".join(f"{count} {name}" for name, count in parts.items() if count)
    return f"{said}; {receipt.embedded} texts embedded"


def _searched(manifest: Manifest) -> str:
    segments = manifest.segments
    least = min((segment.recall_10 for segment in segments), default=1.0)
    how = (
        "exactly" if least == 1.0 else f"by lists that find {least:.3f} of exact search's first 10"
    )
    return f"{len(segments)} {'segment' if len(segments) == 1 else 'segments'}, searched {how}"


def print_left_out(left_out: Sequence[LeftOut]) -> None:
    """Each file that is not in the index, with the reason."""
    for what, refused in (("not indexed", True), ("left out", False)):
        items = [item for item in left_out if item.refused is refused]
        for item in items[:_MOST_NAMED]:
            messages.print(f"{what}: {item.path!r} {item.reason}")
        if len(items) > _MOST_NAMED:
            messages.print(f"{what}: and {len(items) - _MOST_NAMED} more")


def receipt_facts(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON has it."""
    facts = asdict(receipt)
    manifest = receipt.manifest
    facts.pop("manifest")
    facts["index"] = {"generation": manifest.generation, "digest": manifest.digest}
    return facts
