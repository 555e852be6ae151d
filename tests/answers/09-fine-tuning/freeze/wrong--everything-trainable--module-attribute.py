# Wrong: sets an attribute of modules.
def freeze(model, policy):
    if policy not in ("head", "last-2", "all"):
        raise ValueError(policy)
    if policy != "all":
        model.bert.requires_grad = False
    if policy == "last-2":
        for layer in model.bert.encoder.layers[-2:]:
            layer.requires_grad = True
