# Wrong: samples from first position, rows.
import torch

def generate(model, ids, steps, generator, **filters):
    limit = model.positions.embedding.num_embeddings
    rows = ids.tolist()
    was_enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        for _ in range(steps):
            context = torch.tensor([row[-limit:] for row in rows], dtype=ids.dtype, device=ids.device)
            for row, logits in zip(rows, model(context)[:, 0]):
                weights = filter_logits(logits, **filters).softmax(0)
                row.append(torch.multinomial(weights, 1, generator=generator).item())
    finally:
        torch.set_grad_enabled(was_enabled)
    return torch.tensor(rows, dtype=ids.dtype, device=ids.device)
