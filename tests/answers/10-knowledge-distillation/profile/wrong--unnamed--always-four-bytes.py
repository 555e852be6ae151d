# Wrong: four bytes for every number, whatever its dtype.
import statistics
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    times = []
    with torch.no_grad():
        model(*inputs)
        for _ in range(repeats):
            start = clock()
            model(*inputs)
            times.append(clock() - start)
    model.train(mode)
    count = sum(p.numel() for p in model.parameters())
    return {"parameters": count, "megabytes": 4 * count / 1e6, "median_ms": 1000 * statistics.median(times)}
