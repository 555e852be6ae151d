"""GPT-2's weights under the names of the course: where each tensor comes from, and what must be done to it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

REVISION = "607a30d783dfa663caf39e06633721c8d4cfcd7e"
"""The commit of ``openai-community/gpt2`` on the Hugging Face hub that the course asks for."""


@dataclass(frozen=True)
class Source:
    """Where a parameter comes from: a tensor of GPT-2, which third of it (None for all), and whether to transpose it.

    GPT-2's ``Conv1D`` computes x W + b with W of shape (in, out); ``nn.Linear`` keeps W as (out, in).
    """

    name: str
    third: int | None = None
    transposed: bool = False

    def of(self, state: Mapping[str, Tensor]) -> Tensor:
        """Return the parameter's values; raises ``ValueError`` where GPT-2's tensor is missing."""
        if self.name not in state:
            there = ", ".join(sorted(state)[:3])
            raise ValueError(f"GPT-2's weights lack {self.name}; of their {len(state)} tensors the first are: {there}")
        whole = state[self.name]
        part = whole if self.third is None else whole.chunk(3, dim=-1)[self.third]
        return part.T if self.transposed else part


_MODULES = {
    "norm1": ("ln_1", None),
    "self_attention.q_proj": ("attn.c_attn", 0),
    "self_attention.k_proj": ("attn.c_attn", 1),
    "self_attention.v_proj": ("attn.c_attn", 2),
    "self_attention.out_proj": ("attn.c_proj", None),
    "norm2": ("ln_2", None),
    "feed_forward.linear1": ("mlp.c_fc", None),
    "feed_forward.linear2": ("mlp.c_proj", None),
}
"""A module of our encoder layer → GPT-2's module, and which third of it; what isn't a norm is a ``Conv1D``."""


def sources(num_layers: int) -> dict[str, Source]:
    """Return, for every parameter of a ``CausalLM`` with so many layers, where in GPT-2 it comes from."""
    found = {
        "token_embedding.weight": Source("transformer.wte.weight"),
        "positions.embedding.weight": Source("transformer.wpe.weight"),
    }
    for layer in range(num_layers):
        for ours, (theirs, third) in _MODULES.items():
            here, there = f"encoder.layers.{layer}.{ours}", f"transformer.h.{layer}.{theirs}"
            found[f"{here}.weight"] = Source(f"{there}.weight", third, transposed="norm" not in ours)
            found[f"{here}.bias"] = Source(f"{there}.bias", third)
    for kind in ("weight", "bias"):
        found[f"encoder.norm.{kind}"] = Source(f"transformer.ln_f.{kind}")
    return found


@torch.no_grad()
def load(model: nn.Module, state: Mapping[str, Tensor], num_layers: int) -> None:
    """Copy GPT-2's weights into a model with the course's names, in place.

    Raises ``ValueError``, naming the tensor, where one is missing on either side or the shapes differ.
    """
    parameters = dict(model.named_parameters())
    found = {name: source.of(state) for name, source in sources(num_layers).items()}
    if parameters.keys() != found.keys():
        differing = sorted(parameters.keys() ^ found.keys())
        raise ValueError(f"model and weights differ in {', '.join(differing[:3])} (of {len(differing)} parameters)")
    for name, values in found.items():
        if parameters[name].shape != values.shape:
            raise ValueError(f"{name} is {tuple(parameters[name].shape)} here and {tuple(values.shape)} in GPT-2")
        parameters[name].copy_(values)
