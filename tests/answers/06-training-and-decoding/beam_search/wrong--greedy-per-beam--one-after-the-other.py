# Wrong: greedy per beam, one after the other.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    first, after = step(torch.tensor([bos_id]), state)
    results = []
    for token in first[0].argsort(descending=True)[:beam_size].tolist():
        ids, total, s = [token], first[0, token].item(), after
        while ids[-1] != eos_id and len(ids) < max_length:
            log_probs, s = step(torch.tensor(ids[-1:]), s)
            ids.append(int(log_probs[0].argmax()))
            total += log_probs[0, ids[-1]].item()
        results.append((total / len(ids) ** length_penalty, ids))
    score, ids = max(results)
    return [i for i in ids if i != eos_id], score
