# Right: a match statement with modules.
def freeze(model, policy):
    match policy:
        case "all":
            trained = [model]
        case "head":
            trained = [model.head]
        case "last-2":
            trained = [model.head, model.bert.pooler, *model.bert.encoder.layers[-2:]]
        case _:
            raise ValueError(f"no such policy: {policy}")
    model.requires_grad_(False)
    for module in trained:
        module.requires_grad_(True)
    return model
