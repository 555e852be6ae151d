# Wrong: a mean that is updated call by call.
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    average = 0.0
    with torch.no_grad():
        model(*inputs)
        for n in range(1, repeats + 1):
            start = clock()
            model(*inputs)
            average += ((clock() - start) * 1000 - average) / n
    model.train(mode)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": average,
    }
