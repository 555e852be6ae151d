# Wrong: one group for all.
def parameter_groups(model, weight_decay):
    return [{"params": list(model.parameters()), "weight_decay": weight_decay}]
