# Wrong: the first call is timed.
import statistics
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    times = []
    with torch.no_grad():
        for _ in range(repeats):
            start = clock()
            model(*inputs)
            times.append(clock() - start)
    model.train(mode)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * statistics.median(times),
    }
