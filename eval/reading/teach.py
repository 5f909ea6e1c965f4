"""Teaching. In: ReadingExamples. Out: an Adaptation, the losses on the way.

One loss for whether a text answers, one for where: cross-entropy of the start and of the end,
"nowhere" being the first position (Devlin et al. 2019, as for SQuAD 2.0).
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn

from eval.reading.examples import ReadingExample
from eval.reading.lowrank import TaughtReader
from index.passage import Span
from service.reading.adapt import Adaptation
from service.reading.base import base_folder
from service.reading.onnxreader import MOST_PIECES

_POSITIVE_WEIGHT = 3.0  # of an example that answers: about three times as many do not
_SPAN_WEIGHT = 0.35  # of the two losses of where, beside that of whether
_LONGEST_SORTED = 40  # batches whose examples are sorted by length together


@dataclass(frozen=True, slots=True)
class Lesson:
    """How it is taught; the defaults are those of the adaptation that ships."""

    rank: int = 8
    epochs: int = 2
    batch: int = 12
    rate: float = 7e-4
    head_rate: float = 2e-3
    warm_up: int = 60
    seed: int = 1


@dataclass(frozen=True, slots=True)
class _Task:
    encoded: Encoding
    target: tuple[int, int] | None


def teach(
    examples: Sequence[ReadingExample],
    lesson: Lesson,
    facts: dict[str, object],
    told: Callable[[int, int, float], None],
) -> Adaptation:
    """The adaptation after all epochs; ``told`` is called with the step, how many there will be
    and the loss of its batch."""
    torch.manual_seed(lesson.seed)
    tasks = _tasks(examples)
    reader = TaughtReader(lesson.rank).train()
    batches = [b for epoch in range(lesson.epochs) for b in _batches(tasks, lesson, epoch)]
    learnt = [p for p in reader.parameters() if p.requires_grad]
    optimizer = _optimizer(reader, lesson)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _pace(lesson.warm_up, len(batches)))
    for step, batch in enumerate(batches, start=1):
        loss = _loss(reader, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        told(step, len(batches), loss.item())
    counts = {"examples": len(tasks), "answering": sum(t.target is not None for t in tasks)}
    return reader.adaptation({**facts, **counts, "lesson": asdict(lesson)})


def _optimizer(reader: TaughtReader, lesson: Lesson) -> torch.optim.Optimizer:
    heads = [*reader.span.parameters(), reader.ranked]
    changes = [p for change in reader.changes.values() for p in (change.down, change.up)]
    groups = [{"params": heads, "lr": lesson.head_rate}, {"params": changes, "lr": lesson.rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))


def _pace(warm_up: int, steps: int) -> Callable[[int], float]:
    return lambda step: min(step / warm_up, 1.0) * max(0.02, 1 - step / steps)


def _loss(reader: TaughtReader, batch: Sequence[_Task]) -> Tensor:
    targets = [task.target for task in batch]
    answers = torch.tensor([float(target is not None) for target in targets])
    where = torch.tensor([target or (0, 0) for target in targets])
    with torch.autocast("cpu", torch.bfloat16):
        answered, values = reader(*_padded([task.encoded for task in batch]))
    weight = torch.tensor(_POSITIVE_WEIGHT)
    whether = nn.functional.binary_cross_entropy_with_logits(answered, answers, pos_weight=weight)
    starts = nn.functional.cross_entropy(values[..., 0], where[:, 0])
    ends = nn.functional.cross_entropy(values[..., 1], where[:, 1])
    return whether + _SPAN_WEIGHT * (starts + ends)


def _tasks(examples: Sequence[ReadingExample]) -> list[_Task]:
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES, strategy="only_second")
    tasks = []
    for example in examples:
        encoded = tokenizer.encode(example.question, example.text)
        target = _target(encoded, example.spans)
        if target or not example.spans:  # an answer that was cut off teaches neither
            tasks.append(_Task(encoded, target))
    return tasks


def _target(encoded: Encoding, spans: Sequence[Span]) -> tuple[int, int] | None:
    """The first and last piece of the first span that was not cut off."""
    for span in spans:
        pieces = [
            place
            for place, (offsets, kind) in enumerate(
                zip(encoded.offsets, encoded.type_ids, strict=True)
            )
            if kind == 1 and offsets[1] > span.start and offsets[0] < span.end
        ]
        if pieces:
            return pieces[0], pieces[-1]
    return None


def _batches(tasks: Sequence[_Task], lesson: Lesson, epoch: int) -> Iterator[list[_Task]]:
    """Every task once; those of a batch are about as long, so that little is padded."""
    chance = random.Random(f"{lesson.seed} {epoch}")  # noqa: S311 - chance, not secrecy
    order = list(tasks)
    chance.shuffle(order)
    size, batches = lesson.batch, []
    for begin in range(0, len(order), size * _LONGEST_SORTED):
        chunk = sorted(order[begin : begin + size * _LONGEST_SORTED], key=_length)
        batches += [chunk[first : first + size] for first in range(0, len(chunk), size)]
    chance.shuffle(batches)
    yield from batches


def _length(task: _Task) -> int:
    return len(task.encoded.ids)


def _padded(encoded: Sequence[Encoding]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(each.ids) for each in encoded)
    rows = [
        [values + [0] * (longest - len(values)) for values in part]
        for part in zip(*((e.ids, e.attention_mask, e.type_ids) for e in encoded), strict=True)
    ]
    ids, mask, types = map(torch.tensor, rows)
    return ids, mask, types
