# Wrong: calls step max_length + 1 times.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens = torch.full((B,), bos_id)
    results, finished = [[] for _ in range(B)], [False] * B
    for _ in range(max_length + 1):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        for b, token in enumerate(tokens.tolist()):
            if token == eos_id:
                finished[b] = True
            elif not finished[b]:
                results[b].append(token)
        if all(finished):
            break
    return results
