# Right: one step, then the rest by recursion; prints the tokens of each step.
import torch

def greedy_decode(step, state, bos_id, eos_id, max_length):
    def leaf(s):
        return leaf(s[0]) if isinstance(s, (tuple, list)) else s

    def go(tokens, state, running, left):
        if left == 0 or not any(running):
            return [[] for _ in running]
        logits, state = step(tokens, state)
        new = logits.argmax(-1)
        print(new.tolist())
        running = [r and int(t) != eos_id for r, t in zip(running, new)]
        rest = go(new, state, running, left - 1)
        return [([int(t)] + tail) if r else [] for t, tail, r in zip(new, rest, running)]

    B = leaf(state).shape[0]
    return go(torch.full((B,), bos_id), state, [True] * B, max_length)
