# Wrong: eval afterwards.
import torch


def train_step(model, batch, loss_fn, optimizer, max_norm):
    model.train()
    source, decoder_input, labels = batch
    optimizer.zero_grad()
    loss = loss_fn(model(source, decoder_input), labels)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    model.eval()
    return loss.item()
