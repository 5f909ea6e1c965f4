"""What a larger reader tells, to be copied by a smaller one. In: pieces. Out: Told.

Its values for every word piece say more than the one place that a person marked (knowledge
distillation, Hinton et al. 2015), and its last layer more still (Jiao et al. 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Encoding
from torch import Tensor

from index.onnxgraph import open_session
from service.reading.adapt import Adaptation
from service.reading.base import WIDTH
from service.reading.graph import reader_model


@dataclass(frozen=True, slots=True)
class Told:
    """For each text whether it answers ``(texts,)``, start and end values ``(texts, n, 2)`` and
    the last layer ``(texts, n, WIDTH)``; 0 behind the end of a text."""

    answered: Tensor
    values: Tensor
    hidden: Tensor


class Teacher:
    """A reader as it is served, in 8 bits."""

    def __init__(self, learnt: Adaptation) -> None:
        self._learnt = learnt
        self._session = open_session(reader_model(learnt).SerializeToString())

    def tell(self, texts: Sequence[Encoding]) -> Told:
        """What it tells of questions with texts."""
        longest = max(len(each.ids) for each in texts)
        hidden = np.zeros((len(texts), longest, WIDTH), np.float32)
        ranked = np.zeros(len(texts), np.float32)
        for place, each in enumerate(texts):
            given = {"input_ids": np.array([each.ids]), "token_type_ids": np.array([each.type_ids])}
            value, last = self._session.run(None, given)
            ranked[place], hidden[place, : len(each.ids)] = value[0, 0], last[0]
        answered, values = self._learnt.told_by(ranked, hidden)
        return Told(*map(torch.tensor, (answered, values[..., :2], hidden)))
