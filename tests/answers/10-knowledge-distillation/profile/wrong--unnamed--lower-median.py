# Wrong: torch's median takes the lower of the middle two.
import time
import torch

@torch.no_grad()
def profile(model, inputs, repeats=20, clock=time.perf_counter):
    mode = model.training
    model.eval()
    model(*inputs)
    times = []
    for _ in range(repeats):
        start = clock()
        model(*inputs)
        times.append(clock() - start)
    model.train(mode)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * torch.tensor(times, dtype=torch.float64).median().item(),
    }
