# Right: pedantic about shapes, einsum for the sums, prints the count.
import torch

def label_smoothed_loss(logits, labels, smoothing, pad_id):
    assert logits.ndim == 3 and labels.shape == logits.shape[:2], (logits.shape, labels.shape)
    vocabulary = torch.arange(logits.shape[2], device=labels.device)
    one_hot = (labels[..., None] == vocabulary).to(logits.dtype)
    real = (labels != pad_id).to(logits.dtype)
    log_p = torch.nn.LogSoftmax(dim=2)(logits)
    nll = -torch.einsum("btv,btv,bt->", log_p, one_hot, real)
    uniform = -torch.einsum("btv,bt->", log_p, real) / logits.shape[2]
    count = real.sum()
    print("tokens:", int(count))
    return torch.lerp(nll / count, uniform / count, smoothing)
