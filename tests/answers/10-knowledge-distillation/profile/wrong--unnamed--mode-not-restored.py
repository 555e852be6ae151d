# Wrong: the model stays in evaluation mode.
import statistics
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    model.eval()
    times = []
    with torch.no_grad():
        model(*inputs)
        for _ in range(repeats):
            start = clock()
            model(*inputs)
            times.append(clock() - start)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * statistics.median(times),
    }
