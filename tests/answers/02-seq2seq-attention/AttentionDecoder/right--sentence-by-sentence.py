# Right: attends for each sentence of the batch on its visible memory only.
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
        h, c = state
        weights = []
        for b in range(len(tokens)):
            scores = self.v(torch.tanh(self.W_q(h[b]) + self.W_k(memory[b])))[:, 0]
            row = scores * 0.0
            seen = memory_mask[b].nonzero()[:, 0]
            if len(seen):
                row = row.index_add(0, seen, torch.softmax(scores[seen], 0))
            weights.append(row)
        weights = torch.stack(weights)
        context = (weights.unsqueeze(-1) * memory).sum(dim=1)
        h, c = self.cell(torch.cat([self.embedding(tokens), context], 1), (h, c))
        return self.projection(torch.cat([h, context], 1)), (h, c), weights
