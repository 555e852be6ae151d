# Wrong: the call that should warm up comes after the others.
import statistics
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    times = []
    with torch.inference_mode():
        while len(times) < repeats:
            start = clock()
            model(*inputs)
            times.append(clock() - start)
        model(*inputs)
    model.train(mode)
    sizes = [p.numel() * p.element_size() for p in model.parameters()]
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(sizes) / 1e6,
        "median_ms": statistics.median(times) * 1000,
    }
