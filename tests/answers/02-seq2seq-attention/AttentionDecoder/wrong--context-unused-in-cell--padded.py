# Wrong: the embedding is filled up with zeros to the cell's input width.
import torch
import torch.nn as nn
import torch.nn.functional as F

class AttentionDecoder(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, memory_dim, attention_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.LSTMCell(embedding_dim + memory_dim, hidden_size)
        self.W_q = nn.Linear(hidden_size, attention_dim, bias=False)
        self.W_k = nn.Linear(memory_dim, attention_dim, bias=False)
        self.v = nn.Linear(attention_dim, 1, bias=False)
        self.projection = nn.Linear(hidden_size + memory_dim, vocab_size)

    def step(self, tokens, state, memory, memory_mask):
        new_state = self.cell(F.pad(self.embedding(tokens), (0, memory.size(-1))), state)
        scores = self.v(torch.tanh(self.W_q(state[0])[:, None] + self.W_k(memory))).squeeze(-1)
        weights = torch.nan_to_num(scores.masked_fill(~memory_mask, float("-inf")).softmax(-1))
        context = torch.bmm(weights[:, None], memory)[:, 0]
        return self.projection(torch.cat([new_state[0], context], dim=-1)), new_state, weights
