# Right: decides by each parameter's name.
def freeze(model, policy):
    layers = len(model.bert.encoder.layers)
    wanted = {
        "head": ["head."],
        "last-2": ["head.", "bert.pooler."] + [f"bert.encoder.layers.{i}." for i in range(max(layers - 2, 0), layers)],
        "all": [""],
    }
    try:
        prefixes = tuple(wanted[policy])
    except KeyError:
        raise ValueError("policy must be one of " + ", ".join(wanted)) from None
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(prefixes))
