# Right: one token, then the rest by recursion.
import torch

def generate(model, ids, steps, generator, **filters):
    if steps == 0:
        return ids
    limit = model.positions.embedding.num_embeddings
    start = max(ids.shape[1] - limit, 0)
    with torch.no_grad():
        logits = model(ids[:, start:])[:, -1, :]
    p = torch.softmax(filter_logits(logits, **filters), dim=-1)
    print("entropy:", torch.special.entr(p).sum(-1).mean().item())
    new = torch.multinomial(p, 1, generator=generator)
    return generate(model, torch.cat([ids, new], 1), steps - 1, generator, **filters)
