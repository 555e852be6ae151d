# Wrong: infinity norm.
from torch.nn.utils import clip_grad_norm_

def train_step(model, batch, loss_fn, optimizer, max_norm):
    for parameter in model.parameters():
        parameter.grad = None
    model.train(True)
    *inputs, labels = batch
    loss = loss_fn(model(*inputs), labels)
    loss.backward()
    clip_grad_norm_(list(model.parameters()), max_norm=max_norm, norm_type=float("inf"))
    optimizer.step()
    return loss.detach()
