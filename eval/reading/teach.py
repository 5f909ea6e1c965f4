"""Teaching. In: ReadingExamples. Out: an Adaptation, the losses on the way.

From the base alone, or from what an earlier reader has learnt; by the truth alone, or also by what
an earlier reader tells: so the new one may have fewer layers.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn

from eval.reading.examples import ReadingExample
from eval.reading.losses import Target, loss_by_both, loss_by_truth
from eval.reading.lowrank import PRECISION, TaughtReader
from eval.reading.teacher import Teacher
from index.passage import Span
from service.reading.adapt import Adaptation
from service.reading.base import LAYERS, base_folder
from service.reading.onnxreader import MOST_PIECES

_SORTED = 20  # batches whose examples are sorted by length together


@dataclass(frozen=True, slots=True)
class Lesson:
    """How it is taught."""

    layers: tuple[int, ...] = tuple(range(LAYERS))
    rank: int = 32
    steps: int = 900
    batch: int = 12
    rate: float = 1e-3
    warm_up: int = 80
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Earlier:
    """Readers made before: the one to begin with, and the one that tells what to say."""

    begin: Adaptation | None = None
    teacher: Adaptation | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    encoded: Encoding
    target: Target
    share: float


def teach(
    examples: Sequence[ReadingExample],
    lesson: Lesson,
    facts: dict[str, object],
    told: Callable[[int, int, float], None],
    earlier: Earlier = Earlier(),
) -> Adaptation:
    """The adaptation after all steps; ``told`` is called with the step, how many there will be
    and the loss of its batch."""
    torch.manual_seed(lesson.seed)
    tasks = _tasks(examples)
    reader = TaughtReader(lesson.rank, lesson.layers, earlier.begin).train()
    teacher = Teacher(earlier.teacher) if earlier.teacher else None
    learnt = [p for p in reader.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=lesson.rate, weight_decay=0.01, betas=(0.9, 0.98))
    pace = _pace(lesson.warm_up, lesson.steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
    for step, batch in enumerate(islice(_batches(tasks, lesson), lesson.steps), start=1):
        loss = _loss(reader, batch, teacher, step / lesson.steps)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        told(step, lesson.steps, loss.item())
    counts = {"examples": len(tasks), "answering": sum(t.target is not None for t in tasks)}
    return reader.adaptation({**facts, **counts, "lesson": asdict(lesson)})


def _pace(warm_up: int, steps: int) -> Callable[[int], float]:
    return lambda step: min((step + 1) / warm_up, 1.0) * max(0.02, 1 - step / steps)


def _loss(
    reader: TaughtReader, batch: Sequence[_Task], teacher: Teacher | None, progress: float
) -> Tensor:
    targets = [task.target for task in batch]
    encoded = [task.encoded for task in batch]
    ids, mask, types = _padded(encoded)
    with torch.autocast("cpu", torch.bfloat16, enabled=PRECISION is torch.bfloat16):
        found = reader(ids, mask, types)
    if teacher is None:
        return loss_by_truth(found[0], found[1], targets)
    return loss_by_both(found, targets, teacher.tell(encoded), (mask, types), progress)


def _tasks(examples: Sequence[ReadingExample]) -> list[_Task]:
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES, strategy="only_second")
    tasks = []
    for example in examples:
        encoded = tokenizer.encode(example.question, example.text)
        target = _target(encoded, example.spans)
        if target or not example.spans:  # an answer that was cut off teaches neither
            tasks.append(_Task(encoded, target, example.share))
    return tasks


def _target(encoded: Encoding, spans: Sequence[Span]) -> Target:
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


def _batches(tasks: Sequence[_Task], lesson: Lesson) -> Iterator[list[_Task]]:
    """Tasks drawn by their shares without end; those of a batch are about as long, so that little
    is padded."""
    chance = random.Random(lesson.seed)  # noqa: S311 - chance, not secrecy
    shares, size = [task.share for task in tasks], lesson.batch
    while True:
        drawn = sorted(chance.choices(tasks, shares, k=size * _SORTED), key=_length)
        batches = [drawn[first : first + size] for first in range(0, len(drawn), size)]
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
