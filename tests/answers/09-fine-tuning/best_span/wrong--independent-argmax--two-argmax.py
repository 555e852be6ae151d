# Wrong: two argmax in the context.
def best_span(start_logits, end_logits, context_mask, max_answer):
    hidden = ~context_mask
    start = start_logits.masked_fill(hidden, float("-inf")).argmax().item()
    end = end_logits.masked_fill(hidden, float("-inf")).argmax().item()
    return start, end
