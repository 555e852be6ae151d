# Wrong: prompt never grows.
import torch


@torch.no_grad()
def generate(model, ids, steps, generator, **filters):
    limit = model.positions.embedding.num_embeddings
    prompt = ids
    for _ in range(steps):
        logits = model(prompt[:, -limit:])[:, -1]
        probabilities = filter_logits(logits, **filters).softmax(dim=-1)
        token = torch.multinomial(probabilities, 1, generator=generator)
        ids = torch.cat([ids, token], dim=1)
    return ids
