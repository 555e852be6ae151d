# Wrong: context not cropped, whole buffer.
import torch

def generate(model, ids, steps, generator, **filters):
    B, T = ids.shape
    window = model.positions.embedding.num_embeddings
    out = torch.cat([ids, torch.zeros(B, steps, dtype=ids.dtype, device=ids.device)], dim=1)
    with torch.no_grad():
        for t in range(T, T + steps):
            context = out[:, :t]
            logits = filter_logits(model(context)[:, -1, :], **filters)
            p = torch.softmax(logits, -1)
            out[:, t] = torch.multinomial(p, num_samples=1, generator=generator).squeeze(1)
    return out
