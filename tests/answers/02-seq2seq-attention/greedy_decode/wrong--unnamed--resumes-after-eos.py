# Wrong: a sentence that has ended goes on collecting when it is fed further.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens = torch.full((B,), bos_id)
    results, ended = [[] for _ in range(B)], set()
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        for b, token in enumerate(tokens.tolist()):
            if token == eos_id:
                ended.add(b)
            else:
                results[b].append(token)
        if len(ended) == B:
            break
    return results
