# Right: finished hypotheses are set aside, others move up, and the search ends when none that is left could enter the beam.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    live, done = [(0.0, [])], []
    for length in range(1, max_length + 1):
        log_probs, state = step(torch.tensor([ids[-1] if ids else bos_id for _, ids in live]), state)
        options = [(total + value, row, token) for row, (total, _) in enumerate(live)
                   for token, value in enumerate(log_probs[row].tolist())]
        options.sort(reverse=True)
        done += [(total, length, live[row][1]) for total, row, token in options[:beam_size] if token == eos_id]
        moving = [option for option in options if option[2] != eos_id][:beam_size]
        live = [(total, live[row][1] + [token]) for total, row, token in moving]
        better = sorted((total for total, *_ in done), reverse=True)[:beam_size]
        if not live or (len(better) == beam_size and better[-1] >= live[0][0]):
            live = []
            break
        state = state[[row for _, row, _ in moving]]
    done += [(total, max_length, ids) for total, ids in live]
    score, ids = max((total / length ** length_penalty, ids) for total, length, ids in done)
    return ids, score
