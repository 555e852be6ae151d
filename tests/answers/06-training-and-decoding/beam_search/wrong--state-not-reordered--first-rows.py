# Wrong: state not reordered, first rows.
import torch

@torch.no_grad()
def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    def normalised(total, length):
        return total / (length ** length_penalty)

    finished = []
    sequences, totals = [[bos_id]], torch.zeros(1, dtype=torch.float64)
    for t in range(1, max_length + 1):
        last = torch.tensor([s[-1] for s in sequences], device=state.device)
        log_probs, state = step(last, state)
        table = totals[:, None] + log_probs.detach().cpu().double()
        V = table.shape[1]
        room = beam_size - len(finished)
        best, where = table.flatten().topk(min(room, table.numel()))
        parents, next_sequences, next_totals = [], [], []
        for value, index in zip(best.tolist(), where.tolist()):
            parent, token = divmod(index, V)
            if token == eos_id:
                finished.append((normalised(value, t), sequences[parent][1:]))
            else:
                parents.append(parent)
                next_sequences.append(sequences[parent] + [token])
                next_totals.append(value)
        if not parents:
            break
        sequences, totals = next_sequences, torch.tensor(next_totals, dtype=torch.float64)
        if len(state) < len(parents):
            state = state[:1].repeat_interleave(len(parents), dim=0)
        state = state[:len(parents)]
    else:
        finished += [(normalised(total, max_length), s[1:]) for s, total in zip(sequences, totals.tolist())]
    score, ids = max(finished)
    return ids, score
