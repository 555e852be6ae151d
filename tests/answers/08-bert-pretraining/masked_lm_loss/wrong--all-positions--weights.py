# Wrong (all-positions): log-softmax by hand, weighted, then averaged over everything.
def masked_lm_loss(logits, labels):
    weight = (labels != -100).to(logits.dtype)
    log_p = logits - logits.logsumexp(dim=-1, keepdim=True)
    right = log_p.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    return -(right * weight).mean()
