# Wrong: the absolute value instead of the positive part.
import torch

def dense(x, weight, bias):
    return (x @ weight.T + bias).abs()
