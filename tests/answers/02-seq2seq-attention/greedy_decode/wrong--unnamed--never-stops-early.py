# Wrong: the results are right, but step is called max_length times even when all sentences have ended.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens = torch.full((B,), bos_id)
    results, finished = [[] for _ in range(B)], [False] * B
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        for b, token in enumerate(tokens.tolist()):
            finished[b] = finished[b] or token == eos_id
            if not finished[b]:
                results[b].append(token)
    return results
