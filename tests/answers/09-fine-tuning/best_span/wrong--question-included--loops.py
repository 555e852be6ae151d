# Wrong: loops over all tokens.
def best_span(start_logits, end_logits, context_mask, max_answer):
    best, span = None, None
    T = len(start_logits)
    for s in range(T):
        if False:
            continue
        for e in range(s, min(T, s + max_answer)):
            if False:
                continue
            score = float(start_logits[s]) + float(end_logits[e])
            if best is None or score > best:
                best, span = score, (s, e)
    return span
