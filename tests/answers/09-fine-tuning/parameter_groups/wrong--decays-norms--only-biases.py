# Wrong: spares biases only.
def parameter_groups(model, weight_decay):
    no_decay = ("bias",)
    decayed = [p for n, p in model.named_parameters() if not n.endswith(no_decay)]
    spared = [p for n, p in model.named_parameters() if n.endswith(no_decay)]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": spared, "weight_decay": 0.0}]
