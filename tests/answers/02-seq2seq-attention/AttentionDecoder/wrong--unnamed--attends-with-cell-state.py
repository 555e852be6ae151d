# Wrong: the query is c instead of h.
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

    def step(self, tokens, state, memory, memory_mask):
        scores = additive_score(state[1], memory, self.W_q.weight, self.W_k.weight, self.v.weight.squeeze(0))
        context, weights = attend(scores, memory, memory_mask)
        h, c = self.cell(torch.cat([self.embedding(tokens), context], dim=-1), state)
        return self.projection(torch.cat([h, context], dim=-1)), (h, c), weights
