# Wrong: all calls together are timed and the time is divided by their number.
import time
import torch

@torch.no_grad()
def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    model(*inputs)
    start = clock()
    for _ in range(repeats):
        model(*inputs)
    total = clock() - start
    model.train(mode)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": total / repeats * 1000,
    }
