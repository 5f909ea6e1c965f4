"""What a reader is taught by. In: what it tells, the truth, what a teacher tells. Out: a loss.

Whether a text answers, and where: cross-entropy of the start and of the end, "nowhere" being the
first position (Devlin et al. 2019, as for SQuAD 2.0). With a teacher, what it tells counts beside
the truth, and its last layer at first, less and less.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from eval.reading.lowrank import of_text
from eval.reading.teacher import Told

Target = tuple[int, int] | None
_POSITIVE_WEIGHT = 1.3  # of an example that answers: somewhat more do not
_WHERE = 0.35  # of where, beside whether
_COPIED = 0.4  # of what is told, if a teacher tells
_COPIED_WHERE = 0.6


def loss_by_truth(answered: Tensor, values: Tensor, targets: Sequence[Target]) -> Tensor:
    """The loss of answers ``(texts,)`` and start and end values ``(texts, n, 2)``."""
    return _whether(answered, targets) + _WHERE * _where(values, targets)


def loss_by_both(
    found: tuple[Tensor, Tensor, Tensor],
    targets: Sequence[Target],
    told: Told,
    masks: tuple[Tensor, Tensor],
    progress: float,
) -> Tensor:
    """The same with a teacher; ``found`` and ``masks`` (of pieces and of the text's) are as in
    ``TaughtReader.forward``, ``progress`` goes from 0 to 1."""
    answered, values, hidden = found
    copied = functional.binary_cross_entropy_with_logits(answered, told.answered.sigmoid())
    whether = (1 - _COPIED) * _whether(answered, targets) + _COPIED * copied
    shown = of_text(told.values, *masks)
    apart = sum(
        (
            functional.kl_div(
                values[..., side].log_softmax(1),
                shown[..., side].log_softmax(1),
                log_target=True,
                reduction="batchmean",
            )
            for side in (0, 1)
        ),
        torch.tensor(0.0),
    )
    where = (1 - _COPIED_WHERE) * _where(values, targets) + _COPIED_WHERE * apart
    pieces = masks[0] == 1
    layer = ((hidden - told.hidden) ** 2)[pieces].mean() / told.hidden[pieces].var()
    return whether + _WHERE * where + (1 - progress) * layer


def _whether(answered: Tensor, targets: Sequence[Target]) -> Tensor:
    answers = torch.tensor([float(target is not None) for target in targets])
    weight = torch.tensor(_POSITIVE_WEIGHT)
    return functional.binary_cross_entropy_with_logits(answered, answers, pos_weight=weight)


def _where(values: Tensor, targets: Sequence[Target]) -> Tensor:
    where = torch.tensor([target or (0, 0) for target in targets])
    starts = functional.cross_entropy(values[..., 0], where[:, 0])
    return starts + functional.cross_entropy(values[..., 1], where[:, 1])
