# Wrong (ignores-zero): a loop with a truth test on the clamped label.
def masked_lm_loss(logits, labels):
    total, count = (logits * 0).sum(), 0
    for vector, label in zip(logits.flatten(0, 1), labels.clamp(min=0).flatten().tolist()):
        if label:
            total = total - vector.log_softmax(0)[label]
            count += 1
    return total / (count or 1)
