# Right: functional dropout and a matrix product.
import torch
import torch.nn.functional as F

class SequenceClassifier(torch.nn.Module):
    def __init__(self, bert, num_labels, dropout=0.0):
        super().__init__()
        width = bert.pooler.weight.shape[0]
        self.bert, self.rate = bert, dropout
        self.head = torch.nn.Linear(width, num_labels)

    def forward(self, ids, segments, mask):
        vectors = self.bert(ids, segments, mask)[1]
        vectors = F.dropout(vectors, self.rate, self.training)
        return vectors @ self.head.weight.T + self.head.bias
