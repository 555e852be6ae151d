"""What the template does once so that no submission pays for it: first imports, first calls of lazily made things."""

import random
import socket

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.judging.inprocess import InProcessSubject
from autograder.judging.subject import COMPONENT, Library, Seeded
from autograder.judging.wire import Channel, decode, encode
from autograder.kernel.compiling import compile_cell, without_magics

FORBIDDEN = ("torch.nn.MultiheadAttention", "torch.nn.functional.scaled_dot_product_attention")


class _Sample(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.norm = nn.LayerNorm(4)
        self.embedding = nn.Embedding(4, 4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = self.norm(self.linear(x)) + self.embedding(torch.arange(4))
        scores = (y @ y.transpose(-2, -1)).masked_fill(~mask, -1e9)
        return F.gelu(self.dropout(scores.softmax(-1)) @ y).relu()


def exercise() -> None:
    """Do once, on tiny tensors, what the judging of most components does."""
    random.seed(0)
    np.random.seed(0)
    torch.default_generator.manual_seed(0)
    compile_cell("warm-up", "x = 1")
    without_magics("%matplotlib inline\n")
    subject = InProcessSubject(_Sample, FORBIDDEN)
    x, mask = torch.randn(2, 4, 4), torch.ones(4, 4, dtype=torch.bool).tril()
    module = subject.construct(COMPONENT, (), {})
    subject.set_state(module, subject.get_state(module))
    subject.call(module, (True,), {}, method="train")
    subject.grad(module, (x, mask), {}, [torch.randn(2, 4, 4)])
    subject.call_and_look_back(module, (x, mask), {})
    subject.construct(Library("torch.nn.Linear"), (2, 2), {})
    subject.call(subject.construct(Library("torch.rand"), (2, 2), {"generator": Seeded(0)}), (), {}, method="sum")
    _echo((x, mask, {"text": [1, 2.0, None]}))


def _echo(value: object) -> None:
    here, there = (Channel(end) for end in socket.socketpair())
    here.send(encode(value))
    decode(there.receive())
    here.close()
    there.close()
