# Wrong: frozen parameters aren't counted.
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
    counted = [p for p in model.parameters() if p.requires_grad]
    return {
        "parameters": sum(p.numel() for p in counted),
        "megabytes": sum(p.numel() * p.element_size() for p in counted) / 1e6,
        "median_ms": 1000 * statistics.median(times),
    }
