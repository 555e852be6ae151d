# Wrong: the sentence's decision for every token.
from torch import nn

class TokenClassifier(nn.Module):
    def __init__(self, bert, num_labels, dropout=0.0):
        super().__init__()
        self.bert = bert
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(bert.config.hidden_size, num_labels)

    def forward(self, ids, segments, mask):
        _, pooled = self.bert(ids, segments, mask)
        hidden = pooled.unsqueeze(1).repeat(1, ids.shape[1], 1)
        return self.head(self.dropout(hidden))
