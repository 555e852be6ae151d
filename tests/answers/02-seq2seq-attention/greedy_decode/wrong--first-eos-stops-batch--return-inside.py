# Wrong: a return inside the loop over sentences, once the step's other tokens are kept.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens, results = torch.full((B,), bos_id), [[] for _ in range(B)]
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        row = tokens.tolist()
        for b in range(B):
            if row[b] != eos_id:
                results[b] = results[b] + [row[b]]
        if eos_id in row:
            return results
    return results
