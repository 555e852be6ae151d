# Wrong: squared norm.
import torch

def train_step(model, batch, loss_fn, optimizer, max_norm):
    source, decoder_input, labels = batch
    model.train()
    model.zero_grad()
    logits = model(source, decoder_input)
    loss = loss_fn(logits, labels)
    loss.backward()
    total = 0.0
    for p in model.parameters():
        if p.grad is not None:
            total += float((p.grad.detach() ** 2).sum())
    norm = total
    if norm > max_norm:
        for p in model.parameters():
            if p.grad is not None:
                p.grad *= max_norm / norm
    optimizer.step()
    return float(loss)
