"""The reader in PyTorch, while it learns. In: the base model. Out: a module with few parameters.

Every matrix of the encoder gets a product of two narrow ones beside it that alone is learnt
(low-rank adaptation, Hu et al. 2021), and the last layer a start, an end and an answered value
(Devlin et al. 2019).
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from service.reading.adapt import FORMAT, Adaptation
from service.reading.base import LAYERS, SHA256, WIDTH, base_graph, dequantised, matrices

_CONFIG: dict[str, Any] = {
    "vocab_size": 30522,
    "hidden_size": WIDTH,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "attn_implementation": "eager",  # which alone keeps to the arithmetic of the exported base
}
_RANKED_AT_FIRST = 0.3
# Of 16 bits where the processor has registers for them: without, a lesson takes six times as
# long as with 32.
PRECISION = torch.bfloat16 if torch.backends.cpu.get_cpu_capability() == "AVX512" else torch.float32


class LowRank(nn.Module):
    """A linear layer that stays as it is, and a change of low rank that is learnt.

    The sum of both is multiplied with, as when it is served: a narrow product for every word
    piece takes longer than a wide one for every batch."""

    def __init__(self, whole: nn.Linear, rank: int) -> None:
        super().__init__()
        self.whole = whole
        self.down = nn.Parameter(torch.randn(rank, whole.in_features) / sqrt(whole.in_features))
        self.up = nn.Parameter(torch.zeros(whole.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """Shape ``(..., outputs)`` of ``(..., inputs)``."""
        change = (2 * self.up @ self.down).to(self.whole.weight.dtype)
        return functional.linear(x, self.whole.weight + change, self.whole.bias)


class TaughtReader(nn.Module):
    """Some layers of the base with changes of low rank, and the heads that read."""

    def __init__(
        self,
        rank: int,
        layers: Sequence[int] = range(LAYERS),
        before: Adaptation | None = None,
    ) -> None:
        """``before`` is what was learnt before, of a rank that is not higher."""
        super().__init__()
        self.layers = tuple(layers)
        self.bert = BertModel(BertConfig.from_dict(_CONFIG))
        self.rank_head = nn.Linear(WIDTH, 1)
        _load_base(self.bert, self.rank_head)
        self.bert.encoder.layer = nn.ModuleList(self.bert.encoder.layer[n] for n in layers)
        for parameter in self.parameters():
            parameter.requires_grad = False
            parameter.data = parameter.data.to(PRECISION)
        self.changes = {self._named(n): change for n, change in _widen(self.bert, rank).items()}
        self.span = nn.Linear(WIDTH, 3)
        self.ranked = nn.Parameter(torch.tensor(_RANKED_AT_FIRST))
        if before:
            self._begin_with(before)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Whether each text answers ``(texts,)``, start and end values ``(texts, n, 2)``, of
        which those outside the text are out of the question (position 0 is "nothing"), and the
        last layer ``(texts, n, WIDTH)``."""
        out = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types)
        hidden = out.last_hidden_state.float()
        values = self.span(hidden)
        ranked = self.rank_head(out.pooler_output).float()[:, 0]
        answered = values[:, 0, 2] + self.ranked * ranked
        return answered, of_text(values[..., :2], mask, types), hidden

    def adaptation(self, facts: dict[str, Any]) -> Adaptation:
        """What was learnt, to be stored."""
        changes = {
            name: (_array(layer.down), _array(2 * layer.up)) for name, layer in self.changes.items()
        }
        stated = {"format": FORMAT, "base_sha256": SHA256, **facts}
        weight, bias = _array(self.span.weight), _array(self.span.bias)
        return Adaptation(changes, weight, bias, float(self.ranked.detach()), stated, self.layers)

    def _named(self, name: str) -> str:
        """A layer's name by its number in the base."""
        head, number, tail = name.split(".", 3)[1:]
        assert head == "layer"
        return f"encoder.layer.{self.layers[int(number)]}.{tail}"

    @torch.no_grad()
    def _begin_with(self, before: Adaptation) -> None:
        for name, change in self.changes.items():
            if name in before.changes:
                down, up = map(torch.tensor, before.changes[name])
                change.down[: len(down)] = down
                change.up[:, : len(down)] = up / 2
        self.span.weight.copy_(torch.tensor(before.span))
        self.span.bias.copy_(torch.tensor(before.bias))
        self.ranked.fill_(before.ranked)


def of_text(values: Tensor, mask: Tensor, types: Tensor) -> Tensor:
    """Start and end values ``(texts, n, 2)`` without those outside the text, but for position 0."""
    kept = (types == 1) & (mask == 1)
    kept[:, 0] = True
    return values.masked_fill(~kept[..., None], -1e4)


def _array(values: Tensor) -> np.ndarray[Any, np.dtype[np.float32]]:
    found: np.ndarray[Any, np.dtype[np.float32]] = values.detach().float().numpy()
    return found


def _widen(bert: BertModel, rank: int) -> dict[str, LowRank]:
    changed = {}
    layers = [name for name, part in bert.named_modules() if isinstance(part, nn.Linear)]
    for name in layers:
        if not name.startswith("encoder."):
            continue
        parent, _, last = name.rpartition(".")
        wide = LowRank(bert.get_submodule(name), rank)  # type: ignore[arg-type]
        setattr(bert.get_submodule(parent), last, wide)
        changed[name] = wide
    return changed


def _load_base(bert: BertModel, rank_head: nn.Linear) -> None:
    graph = base_graph().graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    state = {
        name.removeprefix("bert."): torch.tensor(numpy_helper.to_array(tensor))
        for name, tensor in tensors.items()
        if name.endswith((".weight", ".bias"))
    }
    for name in (
        n.removesuffix("_scale") for n in tensors if n.endswith("embeddings.weight_scale")
    ):
        state[name.removeprefix("bert.")] = torch.tensor(dequantised(tensors, name))
    for layer, name in matrices(graph).items():
        state[f"{layer}.weight"] = torch.tensor(dequantised(tensors, name).T.copy())
    rank_head.load_state_dict({k: state.pop(f"classifier.{k}") for k in ("weight", "bias")})
    bert.load_state_dict(state)
