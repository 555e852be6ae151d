# Right: hands the optimizer a closure.
import torch

def train_step(model, batch, loss_fn, optimizer, max_norm):
    source, decoder_input, labels = batch
    model.train()

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(source, decoder_input), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        return loss

    return optimizer.step(closure).item()
