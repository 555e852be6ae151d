# Wrong (nan-when-none): divides by the count as it is, 0 included.
def masked_lm_loss(logits, labels):
    weight = (labels != -100).to(logits.dtype)
    right = logits.log_softmax(-1).gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    return -(right * weight).sum() / weight.sum()
