# Wrong: gradients not cleared, zeroes a copy.
from typing import Callable
import torch
from torch import Tensor, nn

def train_step(model: nn.Module, batch: tuple[Tensor, Tensor, Tensor], loss_fn: Callable[[Tensor, Tensor], Tensor],
               optimizer: torch.optim.Optimizer, max_norm: float) -> float:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    model.train()
    source, decoder_input, labels = batch
    logits = model(source, decoder_input)
    loss = loss_fn(logits, labels)
    for p in parameters:
        if p.grad is not None:
            p.grad.clone().zero_()
    loss.backward()
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = torch.stack(torch._foreach_norm(grads)).norm().item()
    if norm > max_norm:
        torch._foreach_mul_(grads, max_norm / norm)
    optimizer.step()
    return loss.item()
