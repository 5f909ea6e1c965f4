"""Figures told. In: Figures. Out: a Markdown table, JSON, a plot."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.bench.fast import Figure, Step
from eval.reports.drawing import style


def fast_table(figures: Sequence[Figure]) -> str:
    """One line a figure, with how many times better than the baseline it is."""
    lines = [
        "| | unit | citewell | plain baseline | times better | to be | floor |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for each in figures:
        plain = "" if each.plain is None else f"{each.plain:.4g}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        floor = "" if each.floor is None else f"{each.floor:.4g} ({each.ours / each.floor:.0%})"
        lines.append(
            f"| {each.name} | {each.unit} | {each.ours:.4g} | {plain} | {ratio} "
            f"| {each.goal:.2g}{'' if each.reached else ', missed'} | {floor} |"
        )
    return "\n".join(lines)


def steps_table(steps: Sequence[Step]) -> str:
    """One line a step of a question; those that follow each other make up ``total``."""
    lines = ["| step of a question, median ms | with reading | without |", "|---|---:|---:|"]
    lines += [f"| {step.name} | {step.reading:.2f} | {step.unread:.2f} |" for step in steps]
    return "\n".join(lines)


def fast_json(figures: Sequence[Figure], steps: Sequence[Step]) -> str:
    """Every value, as JSON."""
    told = [{**asdict(f), "ratio": f.ratio, "reached": f.reached} for f in figures]
    return json.dumps({"figures": told, "steps": [*map(asdict, steps)]}, indent=2) + "\n"


def draw_fast(figures: Sequence[Figure], file: Path) -> None:
    """Draw how many times better each is, beside what it is to be, as SVG or PNG."""
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415 - takes a second

    shown = [each for each in figures if each.ratio is not None][::-1]
    with style.context("default"):
        drawing = Drawing(figsize=(8, 0.4 * len(shown) + 1), layout="constrained")
        axes = drawing.subplots()
        places = range(len(shown))
        axes.barh(places, [each.ratio or 0 for each in shown], color="tab:blue", label="measured")
        axes.plot([each.goal for each in shown], places, "k|", markersize=14, label="to be reached")
        axes.set_yticks(places, [each.name for each in shown])
        axes.axvline(1, color="grey", linewidth=0.8)
        axes.set_xlabel("times better than the plain baseline")
        axes.legend()
        drawing.savefig(file)
