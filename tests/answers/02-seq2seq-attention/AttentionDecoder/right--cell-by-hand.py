# Right: computes the LSTM cell's gates from its weights and einsum for the rest.
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

    def lstm(self, x, h, c):
        gates = F.linear(x, self.cell.weight_ih, self.cell.bias_ih) + F.linear(h, self.cell.weight_hh, self.cell.bias_hh)
        i, f, g, o = gates.chunk(4, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

    def step(self, tokens, state, memory, memory_mask):
        h, c = state
        hidden = (torch.einsum("ah,bh->ba", self.W_q.weight, h)[:, None]
                  + torch.einsum("am,btm->bta", self.W_k.weight, memory)).tanh()
        e = torch.einsum("a,bta->bt", self.v.weight[0], hidden)
        e = torch.where(memory_mask, e, torch.finfo(e.dtype).min)
        alpha = F.softmax(e, dim=-1) * memory_mask
        context = torch.einsum("bt,btm->bm", alpha, memory)
        h, c = self.lstm(torch.cat([self.embedding(tokens), context], -1), h, c)
        return self.projection(torch.cat([h, context], -1)), (h, c), alpha
