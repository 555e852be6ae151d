# Wrong: uses only the columns of the projection that belong to h.
import torch
import torch.nn as nn
import torch.nn.functional as F

class AttentionDecoder(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, memory_dim, attention_dim):
        super().__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.LSTMCell(embedding_dim + memory_dim, hidden_size)
        self.W_q = nn.Linear(hidden_size, attention_dim, bias=False)
        self.W_k = nn.Linear(memory_dim, attention_dim, bias=False)
        self.v = nn.Linear(attention_dim, 1, bias=False)
        self.projection = nn.Linear(hidden_size + memory_dim, vocab_size)

    def step(self, tokens, state, memory, memory_mask):
        h, c = state
        scores = self.v(torch.tanh(self.W_q(h)[:, None] + self.W_k(memory))).squeeze(-1)
        weights = torch.nan_to_num(scores.masked_fill(~memory_mask, float("-inf")).softmax(-1))
        context = torch.bmm(weights[:, None], memory)[:, 0]
        h, c = self.cell(torch.cat([self.embedding(tokens), context], dim=-1), (h, c))
        logits = F.linear(h, self.projection.weight[:, : self.hidden_size], self.projection.bias)
        return logits, (h, c), weights
