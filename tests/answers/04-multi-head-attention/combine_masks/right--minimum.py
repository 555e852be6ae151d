# Right: the smallest of the truth values, over as many masks as there are.
import torch

def combine_masks(*masks):
    todo = [m for m in masks if m is not None]
    while len(todo) > 1:
        a, b = todo.pop(), todo.pop()
        todo.append(torch.minimum(a.to(torch.uint8), b.to(torch.uint8)) == 1)
    return todo[0] if todo else None
