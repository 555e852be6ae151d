# Wrong: argmax instead, no noise.
import torch

def generate(model, ids, steps, generator, **filters):
    longest = model.positions.embedding.num_embeddings
    for _ in range(steps):
        with torch.no_grad():
            logits = model(ids[:, -longest:])
        z = filter_logits(logits.detach()[:, -1], **filters)
        noise = torch.empty_like(z).exponential_(generator=generator).log().neg()
        ids = torch.cat((ids, z.argmax(dim=-1, keepdim=True)), dim=-1)
    return ids
