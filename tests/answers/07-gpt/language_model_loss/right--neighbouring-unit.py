# Right: unit 02's sequence_loss, told that nothing is padding.
from mine import sequence_loss

def language_model_loss(logits, ids):
    return sequence_loss(logits.narrow(1, 0, logits.shape[1] - 1), ids.narrow(1, 1, ids.shape[1] - 1), -100)
