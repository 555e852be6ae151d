# Wrong: forgets to thaw the head.
def freeze(model, policy):
    if policy not in ("head", "last-2", "all"):
        raise ValueError(f"unknown policy {policy!r}: head, last-2 or all")
    for p in model.parameters():
        p.requires_grad = policy == "all"
    parts = []
    if policy == "last-2":
        parts += [model.bert.pooler] + list(model.bert.encoder.layers)[-2:]
    for part in parts:
        for p in part.parameters():
            p.requires_grad = True
