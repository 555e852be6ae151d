"""Objects that a check needs on the student's side because they can't cross the seam, reached through ``Library``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Parameters(list[nn.Parameter]):
    """A list of parameters with given gradients; None for a parameter that took no part.

    Called, it returns its (value, gradient) pairs as they are by then.
    """

    def __init__(self, values: list[Tensor], gradients: list[Tensor | None]) -> None:
        super().__init__(nn.Parameter(value.clone()) for value in values)
        self._kept = tuple(self)
        for parameter, gradient in zip(self, gradients, strict=True):
            parameter.grad = None if gradient is None else gradient.clone()

    def __call__(self) -> list[tuple[Tensor, Tensor | None]]:
        return [(parameter.detach(), parameter.grad) for parameter in self._kept]


def one_by_one(parameters: Parameters) -> Iterator[nn.Parameter]:
    """Return a generator of the parameters, which can be gone through only once, like ``module.parameters()``."""
    return (parameter for parameter in parameters)


class InEvaluation(nn.Module):
    """Doubles its input in evaluation mode, as dropout does nothing then: the mode can be told from the result."""

    def forward(self, x: Tensor) -> Tensor:
        return x if self.training else 2 * x


class TinyTranslator(nn.Module):
    """Logits (B, T, V) for a source (B, S) and a decoder input (B, T): one table of V columns for each of the two."""

    def __init__(self, parameters: list[nn.Parameter]) -> None:
        super().__init__()
        self.of_source, self.of_target = parameters
        self.mode = InEvaluation()

    def forward(self, source: Tensor, decoder_input: Tensor) -> Tensor:
        logits: Tensor = self.mode(self.of_target[decoder_input] + self.of_source[source].mean(1, keepdim=True))
        return logits


class GradientDescent:
    """An optimizer that moves every parameter against its gradient, without torch.optim, whose import takes long.

    It keeps the gradients of its last step, so that one can see what became of them afterwards.
    """

    def __init__(self, parameters: list[nn.Parameter], rate: float) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": list(parameters), "lr": rate}]
        self.used: list[Tensor] = []

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self._parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad.detach_().zero_()

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self.used = []
        for parameter in self._parameters():
            if parameter.grad is not None:
                parameter.sub_(parameter.grad, alpha=self.param_groups[0]["lr"])
                self.used.append(parameter.grad)
        return loss

    def __call__(self) -> list[Tensor]:
        """The gradients of the last step, as they are by now."""
        return self.used

    def _parameters(self) -> list[nn.Parameter]:
        return list(self.param_groups[0]["params"])


def token_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean cross-entropy of logits (B, T, V) and labels (B, T); ValueError for anything else."""
    if logits.dim() != 3 or not logits.is_floating_point() or labels.shape != logits.shape[:2]:
        shapes = f"{tuple(logits.shape)} and {tuple(labels.shape)}"
        raise ValueError(f"loss_fn takes logits (B, T, V) and labels (B, T), in this order, and got shapes {shapes}")
    return F.cross_entropy(logits.mT, labels)


class MultiHeadAttention(nn.Module):
    """Unit 04's, with PyTorch's function inside: the same parts, the same arguments, the same results."""

    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        scores = (query.shape[0], self.num_heads, query.shape[1], key.shape[1])
        output, weights = F.multi_head_attention_forward(
            query.transpose(0, 1),
            key.transpose(0, 1),
            value.transpose(0, 1),
            query.shape[-1],
            self.num_heads,
            in_proj_weight=None,
            in_proj_bias=torch.cat([self.q_proj.bias, self.k_proj.bias, self.v_proj.bias]),
            bias_k=None,
            bias_v=None,
            add_zero_attn=False,
            dropout_p=0.0,
            out_proj_weight=self.out_proj.weight,
            out_proj_bias=self.out_proj.bias,
            attn_mask=None if mask is None else ~mask.expand(scores).flatten(0, 1),
            average_attn_weights=False,
            use_separate_proj_weight=True,
            q_proj_weight=self.q_proj.weight,
            k_proj_weight=self.k_proj.weight,
            v_proj_weight=self.v_proj.weight,
        )
        return output.transpose(0, 1), weights


class Scripted(nn.Module):
    """A language model whose logits at a position are a row of a table (M, V), chosen by all ids up to there.

    It sees ``max_length`` positions and refuses more. With ``telltale`` all signs are turned while autograd watches.
    """

    def __init__(self, table: Tensor, max_length: int, telltale: bool = False) -> None:
        super().__init__()
        self.max_length = max_length
        self.positions = nn.Module()
        self.positions.embedding = nn.Embedding(max_length, 1)
        self.register_buffer("table", table.clone())
        self._telltale = telltale

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[1]
        if length > self.max_length:
            raise ValueError(f"{length} ids are more than this model's max_length of {self.max_length}")
        table: Tensor = self.get_buffer("table")
        logits = table[(ids * (torch.arange(length) + 1)).cumsum(1) % len(table)]
        return -logits if self._telltale and torch.is_grad_enabled() else logits


def set_of(words: list[str]) -> set[str]:
    """A vocabulary that is no more than a set of words."""
    return set(words)


@dataclass(frozen=True)
class BertConfig:
    """The sizes of a BERT, as the lesson's own."""

    vocab_size: int
    hidden_size: int
    num_layers: int
    num_heads: int
    intermediate_size: int
    max_length: int = 512
    num_segments: int = 2
    dropout: float = 0.0


class BertModel(nn.Module):
    """What a head may want to see of unit 08's model: its sizes and its parts by name; it can't be called."""

    def __init__(self, *sizes: Any) -> None:
        super().__init__()
        self.config = config = BertConfig(*sizes)
        width = config.hidden_size
        self.embeddings = nn.Module()
        self.embeddings.token = nn.Embedding(config.vocab_size, width)
        self.embeddings.position = nn.Embedding(config.max_length, width)
        self.embeddings.segment = nn.Embedding(config.num_segments, width)
        self.embeddings.norm = nn.LayerNorm(width, eps=1e-12)
        self.encoder = nn.Module()
        self.pooler = nn.Linear(width, width)


class OnBert(nn.Module):
    """A head together with the model that it was made for, one of whose parameters it uses as its own.

    Called, it is the head; its parameters are the head's and the model's token embeddings.
    """

    def __init__(self, bert: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.bert, self.head = bert, head

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.head(*args, **kwargs)

    def named_parameters(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, nn.Parameter]]:
        yield TIED, self.bert.get_parameter(TIED.removeprefix("bert."))
        yield from ((name, own) for name, own in self.head.named_parameters(*args, **kwargs) if name != TIED)


TIED = "bert.embeddings.token.weight"
