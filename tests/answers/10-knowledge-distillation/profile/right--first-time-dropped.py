# Right: one call more than asked for is timed, and the first time is thrown away.
import time
import torch

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    before = model.training
    model.eval()

    def once():
        start = clock()
        with torch.no_grad():
            model(*inputs)
        return clock() - start

    times = [once() for _ in range(repeats + 1)][1:]
    model.train(before)
    median = torch.tensor(times, dtype=torch.float64).quantile(0.5).item()
    sizes = [(p.numel(), p.element_size()) for p in model.parameters()]
    return {
        "parameters": sum(n for n, _ in sizes),
        "megabytes": sum(n * b for n, b in sizes) / 1e6,
        "median_ms": median * 1000,
    }
