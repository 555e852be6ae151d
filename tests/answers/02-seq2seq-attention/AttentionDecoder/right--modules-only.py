# Right: everything by the modules themselves, masking and softmax included.
import torch
from torch import nn

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
        h_prev, c_prev = state
        energy = torch.tanh(self.W_q(h_prev).unsqueeze(1) + self.W_k(memory))       # (B, T, A)
        scores = self.v(energy).squeeze(-1)                                         # (B, T)
        scores = scores.masked_fill(~memory_mask, float("-inf"))
        weights = torch.nan_to_num(torch.softmax(scores, dim=-1), nan=0.0)
        context = torch.bmm(weights.unsqueeze(1), memory).squeeze(1)                # (B, M)
        cell_input = torch.cat((self.embedding(tokens), context), dim=1)
        h_new, c_new = self.cell(cell_input, (h_prev, c_prev))
        logits = self.projection(torch.cat((h_new, context), dim=1))
        return logits, (h_new, c_new), weights
