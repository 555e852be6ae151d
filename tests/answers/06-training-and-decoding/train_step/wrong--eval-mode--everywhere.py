# Wrong: eval mode, everywhere.
import torch

def train_step(model, batch, loss_fn, optimizer, max_norm):
    source, decoder_input, labels = batch
    optimizer.zero_grad()
    loss = loss_fn(model.eval()(source, decoder_input), labels)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return loss.item()
