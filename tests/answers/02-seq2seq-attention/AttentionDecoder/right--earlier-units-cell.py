# Right: runs unit 01's lstm_cell with the nn.LSTMCell's weights, its two biases added.
import sys
import torch
import torch.nn as nn
from mine import lstm_cell

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
        scores = self.v(torch.tanh(self.W_q(h)[:, None] + self.W_k(memory)))[:, :, 0]
        context, weights = attend(scores, memory, mask=memory_mask)
        print("step", tokens.tolist(), file=sys.stderr)
        x = torch.cat([self.embedding(tokens), context], dim=-1)
        h, c = lstm_cell(x, h, c, self.cell.weight_ih, self.cell.weight_hh, self.cell.bias_ih + self.cell.bias_hh)
        return self.projection(torch.cat([h, context], dim=-1)), (h, c), weights
