# Right: asks autograd for the gradients and puts the clipped ones into the parameters.
import torch

def train_step(model, batch, loss_fn, optimizer, max_norm):
    source, decoder_input, labels = batch
    model.train()
    optimizer.zero_grad(set_to_none=True)
    loss = loss_fn(model(source, decoder_input), labels)
    parameters = [p for p in model.parameters() if p.requires_grad]
    grads = torch.autograd.grad(loss, parameters, allow_unused=True)
    norm = torch.cat([g.flatten() for g in grads if g is not None]).norm()
    scale = torch.clamp(max_norm / (norm + 1e-6), max=1.0)
    for p, g in zip(parameters, grads):
        p.grad = None if g is None else g * scale
    optimizer.step()
    return loss.item()
