# Wrong: clips the loss.
import torch


def train_step(model, batch, loss_fn, optimizer, max_norm):
    model.train()
    source, decoder_input, labels = batch
    optimizer.zero_grad()
    loss = loss_fn(model(source, decoder_input), labels)
    loss.clamp(max=max_norm).backward()
    optimizer.step()
    return loss.item()
