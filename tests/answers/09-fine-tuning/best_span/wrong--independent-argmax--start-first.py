# Wrong: the best start, then the best end for it.
def best_span(start_logits, end_logits, context_mask, max_answer):
    start = start_logits.masked_fill(~context_mask, float("-inf")).argmax().item()
    ends = [e for e in range(start, min(len(end_logits), start + max_answer)) if context_mask[e]]
    return start, max(ends, key=lambda e: end_logits[e].item())
