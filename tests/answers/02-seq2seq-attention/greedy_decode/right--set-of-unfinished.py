# Right: a set of the rows still running; topk in place of argmax.
import torch

def greedy_decode(step, state, bos_id, eos_id, max_length):
    x = state
    while isinstance(x, (list, tuple)):
        x = x[0]
    running = set(range(x.shape[0]))
    sentences = {b: [] for b in running}
    current = torch.full((x.shape[0],), bos_id)
    calls = 0
    while running and calls < max_length:
        logits, state = step(current, state)
        calls += 1
        current = torch.topk(logits, k=1, dim=-1)[1].squeeze(-1)
        for b in list(running):
            if current[b] == eos_id:
                running.remove(b)
            else:
                sentences[b].append(int(current[b]))
    return [sentences[b] for b in sorted(sentences)]
