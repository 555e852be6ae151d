# Right: neuron by neuron, example by example; prints each activation.
import torch

def dense(x, weight, bias):
    rows = []
    for example in x:
        neurons = []
        for w, b in zip(weight, bias):
            total = b
            for i in range(len(example)):
                total = total + w[i] * example[i]
            neurons.append(total if total > 0 else total * 0)
            print(float(neurons[-1]))
        rows.append(torch.stack(neurons))
    return torch.stack(rows)
