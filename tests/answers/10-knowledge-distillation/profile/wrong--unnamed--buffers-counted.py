# Wrong: everything in the state dict counts, buffers and shared tensors twice included.
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
    tensors = model.state_dict().values()
    return {
        "parameters": sum(t.numel() for t in tensors),
        "megabytes": sum(t.numel() * t.element_size() for t in tensors) / 1e6,
        "median_ms": 1000 * statistics.median(times),
    }
