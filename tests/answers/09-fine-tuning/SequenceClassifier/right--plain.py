# Right: as in the paper.
from torch import nn

class SequenceClassifier(nn.Module):
    def __init__(self, bert, num_labels, dropout=0.0):
        super().__init__()
        self.bert = bert
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(bert.config.hidden_size, num_labels)

    def forward(self, ids, segments, mask):
        _, pooled = self.bert(ids, segments, mask)
        return self.head(self.dropout(pooled))
