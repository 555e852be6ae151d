# Right: a flag per sentence, lists of ids, the loop ends when all flags are set.
import torch

def _batch_size(state):
    while not isinstance(state, torch.Tensor):
        state = state[0]
    return state.shape[0]

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = _batch_size(state)
    tokens = torch.full((B,), bos_id, dtype=torch.long)
    results = [[] for _ in range(B)]
    finished = [False] * B
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        for b in range(B):
            if finished[b]:
                continue
            token = tokens[b].item()
            if token == eos_id:
                finished[b] = True
            else:
                results[b].append(token)
        if all(finished):
            break
    return results
