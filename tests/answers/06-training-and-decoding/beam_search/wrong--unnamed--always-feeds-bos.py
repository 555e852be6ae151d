# Wrong: always feeds bos.
import torch


def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    beam = [([], 0.0, False, 0)]
    for _ in range(max_length):
        live = [h for h in beam if not h[2]]
        if not live:
            break
        rows = torch.tensor([h[3] for h in live], device=state.device)
        tokens = torch.tensor([bos_id for h in live], device=state.device)
        log_probs, state = step(tokens, state.index_select(0, rows))
        candidates = [h for h in beam if h[2]]
        for row, (ids, score, _, _) in enumerate(live):
            for token, value in enumerate(log_probs[row].tolist()):
                candidates.append((ids + [token], score + value, token == eos_id, row))
        candidates.sort(key=lambda h: h[1], reverse=True)
        beam = candidates[:beam_size]
    ids, score, finished, _ = max(beam, key=lambda h: h[1] / len(h[0]) ** length_penalty)
    return (ids[:-1] if finished else ids), score / len(ids) ** length_penalty
