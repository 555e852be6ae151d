# Wrong: never thaws what was frozen before.
def freeze(model, policy):
    if policy not in ("head", "last-2", "all"):
        raise ValueError(policy)
    if policy != "all":
        model.bert.embeddings.requires_grad_(False)
        for layer in model.bert.encoder.layers if policy == "head" else model.bert.encoder.layers[:-2]:
            layer.requires_grad_(False)
    if policy == "head":
        model.bert.pooler.requires_grad_(False)
