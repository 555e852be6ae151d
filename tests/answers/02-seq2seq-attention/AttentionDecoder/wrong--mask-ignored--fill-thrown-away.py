# Wrong: the result of masked_fill is not kept.
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
        scores = self.v((self.W_q(state[0])[:, None] + self.W_k(memory)).tanh())[..., 0]
        scores.masked_fill(~memory_mask, -1e9)
        alpha = F.softmax(scores, -1)
        context = (alpha[..., None] * memory).sum(1)
        state = self.cell(torch.cat([self.embedding(tokens), context], 1), state)
        return self.projection(torch.cat([state[0], context], 1)), state, alpha
