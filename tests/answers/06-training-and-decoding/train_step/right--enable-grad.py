# Right: works inside no_grad too, and splits the work into a forward and an update helper.
import torch

def forward_loss(model, source, decoder_input, labels, loss_fn):
    with torch.enable_grad():
        return loss_fn(model(source, decoder_input), labels)

def update(model, loss, optimizer, max_norm):
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()

def train_step(model, batch, loss_fn, optimizer, max_norm):
    model = model.train()
    loss = forward_loss(model, *batch, loss_fn)
    value = loss.item()
    update(model, loss, optimizer, max_norm)
    return value
