"""A calibration told. In: the content of calibration.json. Out: Markdown tables."""

from collections.abc import Iterator
from typing import Any

Part = tuple[str, dict[str, Any]]


def tables(content: dict[str, Any]) -> Iterator[str]:
    """What the threshold does and how good both models are, for each run and, of several, all."""
    provenance, rate = content["provenance"], content["provenance"]["false_answers"]
    parts: list[Part] = [(_name(run), run["figures"]) for run in provenance["runs"]]
    if len(parts) > 1:
        parts.append(("all", provenance["figures"]))
    stated = (
        "best balanced accuracy" if rate is None else f"at most {rate:g} false answers expected"
    )
    yield f"Threshold {content['threshold']:g}: {stated}. On questions left out:"
    yield ""
    yield "| run | false answers | unanswerable | false abstentions | answerable | answered |"
    yield "|---|---|---:|---|---:|---|"
    for name, figures in parts:
        wrong, missed = figures["false_answers"], figures["false_abstentions"]
        yield (
            f"| {name} | {_share(wrong)} | {wrong['n']} | {_share(missed)} | {missed['n']} "
            f"| {_share(figures['coverage'])} |"
        )
    yield ""
    yield "| run | model | examples | AUROC | Brier score | calibration error |"
    yield "|---|---|---:|---:|---:|---:|"
    for name, figures in parts:
        for model in ("question", "passage"):
            q = figures[model]
            yield (
                f"| {name} | {model} | {q['examples']} | {q['auroc']:.3f} | {q['brier']:.3f} "
                f"| {q['ece']:.3f} |"
            )


def _name(run: dict[str, Any]) -> str:
    return run["run"] if run["tag"] is None else f"{run['run']}:{run['tag']}"


def _share(figure: dict[str, float]) -> str:
    return f"{figure['mean']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
