# Wrong: evaluation mode for the warm-up, and back again before the calls that are timed.
import statistics
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    with torch.no_grad():
        model(*inputs)
    model.train(mode)
    times = []
    with torch.no_grad():
        for _ in range(repeats):
            start = clock()
            model(*inputs)
            times.append(clock() - start)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * statistics.median(times),
    }
