# Wrong: fills h up with zeros to the width that the projection wants.
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
        scores = additive_score(state[0], memory, self.W_q.weight, self.W_k.weight, self.v.weight[0])
        context, weights = attend(scores, memory, memory_mask)
        state = self.cell(torch.cat([self.embedding(tokens), context], dim=-1), state)
        return self.projection(F.pad(state[0], (0, memory.shape[-1]))), state, weights
