# Wrong: returns tensors.
import torch

def best_span(start_logits, end_logits, context_mask, max_answer):
    T = start_logits.shape[0]
    table = start_logits.unsqueeze(1) + end_logits.unsqueeze(0)
    i, j = torch.meshgrid(torch.arange(T), torch.arange(T), indexing="ij")
    ok = (i <= j) & (j < i + max_answer) & context_mask[i] & context_mask[j]
    best = table.masked_fill(~ok, float("-inf")).argmax()
    return best // T, best % T
