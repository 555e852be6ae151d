# Right: parts made in a base class, keywords in the call.
from torch import nn

class OnBert(nn.Module):
    def __init__(self, bert, num_labels, dropout):
        super().__init__()
        self.num_labels = num_labels
        self.head = nn.Linear(bert.embeddings.token.embedding_dim, num_labels, bias=True)
        self.dropout = nn.Dropout(p=dropout)
        self.add_module("bert", bert)

class TokenClassifier(OnBert):
    def __init__(self, bert, num_labels, dropout=0.0):
        super().__init__(bert, num_labels, dropout)

    def forward(self, ids, segments, mask):
        hidden, pooled = self.bert(ids=ids, segments=segments, mask=mask)
        logits = self.head(self.dropout(hidden))
        print("logits", tuple(logits.shape))
        return logits
