# Right: a warm-up, every call on its own, the library's median.
import statistics
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    was_training = model.training
    model.eval()
    seconds = []
    with torch.no_grad():
        model(*inputs)
        for _ in range(repeats):
            start = clock()
            model(*inputs)
            seconds.append(clock() - start)
    model.train(was_training)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * statistics.median(seconds),
    }
