# Wrong: state not reordered, tiled once.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    log_probs, state = step(torch.tensor([bos_id]), state)
    values, tokens = log_probs[0].topk(min(beam_size, log_probs.shape[1]))
    beam = [([t], v) for t, v in zip(tokens.tolist(), values.tolist())]
    state = state.repeat(len(beam), *[1] * (state.dim() - 1))
    done = [h for h in beam if h[0][-1] == eos_id]
    beam = [h for h in beam if h[0][-1] != eos_id]
    for _ in range(max_length - 1):
        if not beam:
            break
        log_probs, state = step(torch.tensor([ids[-1] for ids, _ in beam]), state[:len(beam)])
        pool = [(ids + [v], s + log_probs[k, v].item()) for k, (ids, s) in enumerate(beam) for v in range(log_probs.shape[1])]
        pool = sorted(pool, key=lambda h: -h[1])[:beam_size - len(done)]
        done += [h for h in pool if h[0][-1] == eos_id]
        beam = [h for h in pool if h[0][-1] != eos_id]
        if len(beam) > len(state):
            state = state.repeat(len(beam), *[1] * (state.dim() - 1))
    ids, s = max(done + beam, key=lambda h: h[1] / len(h[0]) ** length_penalty)
    return [i for i in ids if i != eos_id], s / len(ids) ** length_penalty
