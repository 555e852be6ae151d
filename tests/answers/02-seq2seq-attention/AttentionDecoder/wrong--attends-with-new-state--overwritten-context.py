# Wrong: recomputes context and weights with the h that the cell has just produced.
import torch
import torch.nn as nn

class AttentionDecoder(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, memory_dim, attention_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.LSTMCell(embedding_dim + memory_dim, hidden_size)
        self.W_q = nn.Linear(hidden_size, attention_dim, bias=False)
        self.W_k = nn.Linear(memory_dim, attention_dim, bias=False)
        self.v = nn.Linear(attention_dim, 1, bias=False)
        self.projection = nn.Linear(hidden_size + memory_dim, vocab_size)

    def weights_for(self, h, memory, mask):
        e = torch.einsum("a,bta->bt", self.v.weight[0], (self.W_q(h).unsqueeze(1) + self.W_k(memory)).tanh())
        return e.masked_fill(~mask, torch.finfo(e.dtype).min).softmax(-1) * mask

    def step(self, tokens, state, memory, memory_mask):
        old = self.weights_for(state[0], memory, memory_mask)
        x = torch.cat([self.embedding(tokens), torch.einsum("bt,btm->bm", old, memory)], dim=-1)
        h, c = self.cell(x, state)
        weights = self.weights_for(h, memory, memory_mask)
        context = torch.einsum("bt,btm->bm", weights, memory)
        return self.projection(torch.cat([h, context], dim=-1)), (h, c), weights
