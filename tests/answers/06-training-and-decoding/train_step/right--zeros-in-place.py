# Right: keeps the gradient tensors and fills them with zeros just before backward.
import torch
from torch import nn

def train_step(model, batch, loss_fn, optimizer, max_norm):
    model.train()
    logits = model(batch[0], batch[1])
    loss = loss_fn(logits, batch[2])
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], max_norm)
    optimizer.step()
    print(f"loss {loss.item():.3f}")
    return loss.detach().cpu().item()
