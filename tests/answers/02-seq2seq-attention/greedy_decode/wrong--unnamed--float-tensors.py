# Wrong: each sentence is a tensor of floats, a list of ids was asked for.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens = torch.full((B,), bos_id)
    results, finished = [torch.empty(0) for _ in range(B)], [False] * B
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        for b in range(B):
            if tokens[b] == eos_id:
                finished[b] = True
            elif not finished[b]:
                results[b] = torch.cat([results[b], tokens[b].view(1).float()])
        if all(finished):
            break
    return results
