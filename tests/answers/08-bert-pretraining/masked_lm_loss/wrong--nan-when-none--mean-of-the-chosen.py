# Wrong (nan-when-none): the mean over a selection that may be empty.
def masked_lm_loss(logits, labels):
    keep = labels != -100
    log_p = logits[keep].log_softmax(dim=-1)
    return -log_p.gather(1, labels[keep].unsqueeze(1)).mean()
