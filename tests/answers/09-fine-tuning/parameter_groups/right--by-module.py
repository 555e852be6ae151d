# Right: by the kind of module, a group each.
from torch import nn

def parameter_groups(model, weight_decay):
    groups = []
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            spared = isinstance(module, nn.LayerNorm) or name == "bias"
            groups.append({"params": [p], "weight_decay": 0.0 if spared else weight_decay})
    return groups
