# Right: warns about a step that is not an int, otherwise the formula.
import sys
import warnings

def warmup_rate(step, d_model, warmup):
    warnings.warn("a rate was asked for")
    print("step", step, file=sys.stderr)
    candidates = {"rise": step * warmup ** -1.5, "fall": step ** -0.5}
    return candidates[min(candidates, key=candidates.get)] * d_model ** -0.5
