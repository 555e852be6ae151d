# Wrong: state not reordered, expanded once.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    device = state.device
    ids = torch.full((1, 1), bos_id, dtype=torch.int64, device=device)
    total, length = None, torch.zeros(1, dtype=torch.int64, device=device)
    done = torch.zeros(1, dtype=torch.bool, device=device)
    for _ in range(max_length):
        log_probs, state = step(ids[:, -1], state)
        if total is None:
            total = log_probs.new_zeros(1)
        V = log_probs.shape[1]
        only_eos = torch.full_like(log_probs, float("-inf"))
        only_eos[:, eos_id] = 0
        log_probs = torch.where(done[:, None], only_eos, log_probs)
        allowed = ~done[:, None] | (torch.arange(V, device=device) == eos_id)
        scores = (total[:, None] + log_probs).masked_fill(~allowed, float("-inf")).flatten()
        k = min(beam_size, int(allowed.sum()))
        total, flat = scores.topk(k)
        parent, token = flat // V, flat % V
        ids = torch.cat([ids[parent], token[:, None]], dim=1)
        length = length[parent] + (~done[parent]).long()
        done = done[parent] | (token == eos_id)
        if state.shape[0] != k:
            state = state[:1].expand(k, *state.shape[1:])
        if done.all():
            break
    final = total / length.to(total.dtype) ** length_penalty
    best = int(final.argmax())
    row = ids[best, 1:1 + int(length[best])].tolist()
    if done[best]:
        row = row[:-1]
    return row, final[best]
