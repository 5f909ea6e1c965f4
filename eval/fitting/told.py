"""A calibration told. In: the content of calibration.json. Out: Markdown tables."""

from collections.abc import Iterable, Iterator
from typing import Any

Part = tuple[str, dict[str, Any]]


def tables(content: dict[str, Any]) -> Iterator[str]:
    """What the threshold does and how good both models are, for each run and, of several, all."""
    provenance = content["provenance"]
    rate = provenance["figures_at"]
    parts: list[Part] = [(_name(run), run["figures"]) for run in provenance["runs"]]
    if len(parts) > 1:
        parts.append(("all", provenance["figures"]))
    threshold = dict(map(tuple, content["thresholds"]))[rate]
    strict = dict(map(tuple, content["strict"])).get(rate)
    follows = content.get("thresholds_by", {})
    middling = f" of middling signals, following {', '.join(follows)}" if follows else ""
    yield (
        f"At most {rate:g} false answers stated: threshold {threshold:g}{middling}. On questions "
        f"{'of any kind' if 'models' in provenance else 'left out'}:"
    )
    if strict is not None:
        yield f"(Strictly, with CITEWELL_STRICT=true: threshold {strict:g}.)"
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
    models = ("question", "passage")
    yield from _qualities((name, model, told[model]) for name, told in parts for model in models)


def table_of_passages(content: dict[str, Any]) -> Iterator[str]:
    """How good a model of passages is that was fitted alone."""
    told = content["provenance"]["passage"]
    runs = [(_run(run), run["figures"]) for run in told["runs"]]
    return _qualities((name, "passage", q) for name, q in [*runs, ("all", told["figures"])])


def _qualities(found: Iterable[tuple[str, str, dict[str, Any]]]) -> Iterator[str]:
    yield "| run | model | examples | AUROC | Brier score | calibration error |"
    yield "|---|---|---:|---:|---:|---:|"
    for name, model, q in found:
        yield (
            f"| {name} | {model} | {q['examples']} | {q['auroc']:.3f} | {q['brier']:.3f} "
            f"| {q['ece']:.3f} |"
        )


def _run(run: dict[str, Any]) -> str:
    name: str = run["run"] if run["tag"] is None else f"{run['run']}:{run['tag']}"
    return name


def _name(run: dict[str, Any]) -> str:
    name = _run(run)
    if run["stated_on"]:
        return name
    return f"{name} (strict)" if run["strict_on"] else f"{name} (fitted on only)"


def _share(figure: dict[str, float]) -> str:
    return f"{figure['mean']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
