# Right: a context manager that puts every module's mode back, and a class for the watch.
import contextlib
import time
from statistics import median
import torch

@contextlib.contextmanager
def evaluating(model):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.set_grad_enabled(False):
            yield model
    finally:
        for module, mode in modes.items():
            module.training = mode

class Watch:
    def __init__(self, clock):
        self.clock, self.laps = clock, []

    def __enter__(self):
        self.start = self.clock()

    def __exit__(self, *_):
        self.laps.append(self.clock() - self.start)

def profile(model, inputs, repeats=20, clock=time.perf_counter):
    watch = Watch(clock)
    with evaluating(model) as quiet:
        quiet(*inputs)
        for _ in range(repeats):
            with watch:
                quiet(*inputs)
    parameters = dict(model.named_parameters()).values()
    return {
        "parameters": sum(map(torch.numel, parameters)),
        "megabytes": sum(len(p.flatten()) * p.element_size() for p in parameters) / 1e6,
        "median_ms": median(lap * 1000 for lap in watch.laps),
    }
