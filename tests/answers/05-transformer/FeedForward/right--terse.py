# Right: terse.
import torch.nn as nn, torch.nn.functional as F
class FeedForward(nn.Module):
    def __init__(s, d_model, d_ff, dropout=0., activation=F.relu):
        super().__init__(); s.linear2, s.linear1, s.a, s.d = nn.Linear(d_ff, d_model), nn.Linear(d_model, d_ff), activation, nn.Dropout(dropout)
    forward = lambda s, x: s.linear2(s.d(s.a(s.linear1(x))))
