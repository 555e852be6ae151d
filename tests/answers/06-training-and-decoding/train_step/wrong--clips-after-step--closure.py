# Wrong: clips after step, closure.
import torch

def train_step(model, batch, loss_fn, optimizer, max_norm):
    source, decoder_input, labels = batch
    model.train()

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(source, decoder_input), labels)
        loss.backward()
        return loss

    loss = optimizer.step(closure)
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    return loss.item()
