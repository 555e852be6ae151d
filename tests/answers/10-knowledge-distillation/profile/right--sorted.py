# Right: the median from a sorted list, three warm-ups, a print.
import time
import torch

@torch.no_grad()
def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.train(False)
    for _ in range(3):
        model(*inputs)
    times = []
    for _ in range(repeats):
        before = clock()
        model(*inputs)
        after = clock()
        times.append((after - before) * 1e3)
    model.train(mode)
    times.sort()
    middle = (times[(repeats - 1) // 2] + times[repeats // 2]) / 2
    size, count = 0, 0
    for p in model.parameters():
        count += p.numel()
        size += p.nelement() * p.dtype.itemsize
    print("times", times)
    return dict(parameters=count, megabytes=size / 10**6, median_ms=middle)
