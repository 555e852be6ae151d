# Right: token by token, printing the number of tokens.
import torch

def sequence_loss(logits, labels, pad_id):
    losses = []
    for b in range(labels.shape[0]):
        for t in range(labels.shape[1]):
            y = labels[b, t].item()
            if y == pad_id:
                continue
            losses.append(-torch.log_softmax(logits[b, t], dim=0)[y])
    print(len(losses), "tokens")
    return torch.stack(losses).mean()
