# Right: the clock is read once between two calls, and the differences are the times.
import time
import numpy as np
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    try:
        model.eval()
        with torch.inference_mode():
            model(*inputs)
            readings = [clock()]
            for _ in range(repeats):
                model(*inputs)
                readings.append(clock())
    finally:
        model.train(mode)
    return {
        "median_ms": float(np.median(np.diff(readings)) * 1000),
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.nbytes for p in model.parameters()) / 1_000_000,
    }
