# Wrong: readings between the calls, the first of them before any call.
import time
import numpy as np
import torch

@torch.no_grad()
def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    readings = [clock()]
    for _ in range(repeats):
        model(*inputs)
        readings.append(clock())
    model.train(mode)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * float(np.median(np.diff(readings))),
    }
