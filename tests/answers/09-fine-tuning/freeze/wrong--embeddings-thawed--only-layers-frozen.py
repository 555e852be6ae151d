# Wrong: freezes encoder layers only.
def freeze(model, policy):
    if policy not in ("head", "last-2", "all"):
        raise ValueError(policy)
    model.requires_grad_(True)
    if policy != "all":
        layers = model.bert.encoder.layers if policy == "head" else model.bert.encoder.layers[:-2]
        for layer in layers:
            layer.requires_grad_(False)
        model.bert.pooler.requires_grad_(policy == "last-2")
