# Wrong: a sentence counts as ended only after its EOS has been written down.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens = torch.full((B,), bos_id)
    results = [[] for _ in range(B)]
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(dim=-1)
        for row, token in zip(results, tokens.tolist()):
            if eos_id not in row:
                row.append(token)
        if all(eos_id in row for row in results):
            break
    return results
