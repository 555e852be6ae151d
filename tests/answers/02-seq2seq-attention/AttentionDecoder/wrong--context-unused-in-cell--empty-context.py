# Wrong: starts with a context of zeros for the cell, as in the very first step, and never replaces it there.
import torch
import torch.nn as nn

class AttentionDecoder(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, memory_dim, attention_dim):
        super().__init__()
        self.memory_dim = memory_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.LSTMCell(embedding_dim + memory_dim, hidden_size)
        self.W_q = nn.Linear(hidden_size, attention_dim, bias=False)
        self.W_k = nn.Linear(memory_dim, attention_dim, bias=False)
        self.v = nn.Linear(attention_dim, 1, bias=False)
        self.projection = nn.Linear(hidden_size + memory_dim, vocab_size)

    def step(self, tokens, state, memory, memory_mask):
        h_old, c_old = state
        x = self.embedding(tokens)
        context = x.new_zeros(len(x), self.memory_dim)
        h, c = self.cell(torch.cat([x, context], dim=-1), (h_old, c_old))
        scores = additive_score(h_old, memory, self.W_q.weight, self.W_k.weight, self.v.weight.view(-1))
        context, weights = attend(scores, memory, memory_mask)
        return self.projection(torch.cat([h, context], dim=-1)), (h, c), weights
