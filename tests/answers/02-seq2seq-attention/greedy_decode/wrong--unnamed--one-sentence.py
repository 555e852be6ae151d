# Wrong: decodes the first sentence of the batch only.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens, result = torch.full((B,), bos_id), []
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        if tokens[0] == eos_id:
            break
        result.append(tokens[0].item())
    return [result]
