# Wrong: greedy per beam, argmax per row.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    log_probs, state = step(torch.tensor([bos_id]), state)
    values, tokens = log_probs[0].topk(min(beam_size, log_probs.shape[1]))
    beam = [([t], v, t == eos_id) for t, v in zip(tokens.tolist(), values.tolist())]
    state = state[torch.zeros(len(beam), dtype=torch.long)]
    for _ in range(max_length - 1):
        if all(h[2] for h in beam):
            break
        log_probs, state = step(torch.tensor([h[0][-1] for h in beam]), state)
        values, tokens = log_probs.max(dim=1)
        beam = [h if h[2] else (h[0] + [t], h[1] + v, t == eos_id) for h, t, v in zip(beam, tokens.tolist(), values.tolist())]
    ids, total, done = max(beam, key=lambda h: h[1] / len(h[0]) ** length_penalty)
    return (ids[:-1] if done else ids), total / len(ids) ** length_penalty
