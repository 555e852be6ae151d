# Right: typed, with a method for the attention, a forward over a whole sentence, and prints.
from typing import Tuple
import torch
from torch import Tensor, nn

State = Tuple[Tensor, Tensor]


class AttentionDecoder(nn.Module):
    """One step at a time: attend with the old state, run the cell, predict."""

    def __init__(self, vocab_size: int, embedding_dim: int, hidden_size: int, memory_dim: int, attention_dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.LSTMCell(embedding_dim + memory_dim, hidden_size)
        self.W_q = nn.Linear(hidden_size, attention_dim, bias=False)
        self.W_k = nn.Linear(memory_dim, attention_dim, bias=False)
        self.v = nn.Linear(attention_dim, 1, bias=False)
        self.projection = nn.Linear(hidden_size + memory_dim, vocab_size)

    def attend(self, query: Tensor, memory: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        scores = self.v((self.W_q(query)[:, None, :] + self.W_k(memory)).tanh())[..., 0]
        empty = ~mask.any(dim=-1, keepdim=True)
        weights = scores.masked_fill(~mask & ~empty, -torch.inf).softmax(-1).masked_fill(empty, 0.0)
        return (weights[..., None] * memory).sum(1), weights

    def step(self, tokens: Tensor, state: State, memory: Tensor, memory_mask: Tensor) -> Tuple[Tensor, State, Tensor]:
        context, weights = self.attend(state[0], memory, memory_mask)
        new_state = self.cell(torch.hstack([self.embedding(tokens), context]), state)
        print("most attended:", weights.argmax(-1).tolist())
        logits = self.projection(torch.hstack([new_state[0], context]))
        return logits, new_state, weights

    def forward(self, tokens: Tensor, state: State, memory: Tensor, memory_mask: Tensor) -> Tensor:
        logits = []
        for t in range(tokens.shape[1]):
            step_logits, state, _ = self.step(tokens[:, t], state, memory, memory_mask)
            logits.append(step_logits)
        return torch.stack(logits, dim=1)
