"""What training costs: our reference Transformer, the same with the fused kernel, and PyTorch's, side by side.

Run it with ``make bench``. One CPU thread; ``×`` compares with PyTorch's own layers of the same size.
"""

import os

import torch
import torch.nn.functional as F
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from data.dropout_transformers import Translator
from data.training_costs import WORDS, TrainingCost, training_cost

LENGTHS = (16, 64, 256, 512)
WIDTH, HEADS, LAYERS = 64, 4, 2


class Fused(nn.Module):
    """The four linear maps of an attention around PyTorch's kernel, which never stores the weights."""

    def __init__(self, attention: nn.Module) -> None:
        super().__init__()
        self.attention = attention

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, None]:
        own = self.attention
        maps = ((own.q_proj, query), (own.k_proj, key), (own.v_proj, value))
        q, k, v = (linear(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for linear, x in maps)
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return own.out_proj(found.transpose(1, 2).flatten(2)), None


def reference(fused: bool = False) -> nn.Module:
    """Return the reference ``Transformer``, its attentions replaced if ``fused``."""
    os.environ["NBGRADER_EXECUTION"] = "autograde"  # what `mine` gives is then always the reference
    from mine import Transformer

    model = Transformer(WORDS, WORDS, WIDTH, HEADS, 4 * WIDTH, LAYERS, pre_norm=True)
    for layer in (*model.encoder.layers, *model.decoder.layers) if fused else ():
        for name in ("self_attention", "cross_attention"):
            if hasattr(layer, name):
                setattr(layer, name, Fused(getattr(layer, name)))
    return model


def said(cost: TrainingCost, beside: TrainingCost) -> str:
    """Return a cost and how it compares, as a cell of the table."""
    speed, memory = cost.tokens_per_second, cost.megabytes
    faster, larger = speed / beside.tokens_per_second, memory / beside.megabytes
    return f"{speed:,.0f} tokens/s (× {faster:.2f}), {memory:.0f} MB (× {larger:.2f})"


def main() -> None:
    """Measure and print."""
    torch.manual_seed(0)
    models = {
        "reference": reference(),
        "reference, fused": reference(fused=True),
        "nn.Transformer": Translator(WORDS, WORDS, WIDTH, LAYERS, 0.0, True),
    }
    table = Table("tokens in a sentence", *models, title="Training step, 1,024 target tokens, one thread")
    for length in LENGTHS:
        costs = [training_cost(model, length) for model in models.values()]
        table.add_row(str(length), *(said(cost, costs[-1]) for cost in costs))
    Console().print(table)


if __name__ == "__main__":
    main()
