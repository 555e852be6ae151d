# Wrong: asks torch not to be strict.
def load_pretrained(model, state_dict):
    rules = [("encoder.layer.", "encoder.layers."), ("attention.self.query", "self_attention.q_proj"),
             ("attention.self.key", "self_attention.k_proj"), ("attention.self.value", "self_attention.v_proj"),
             ("attention.output.dense", "self_attention.out_proj"), ("attention.output.LayerNorm", "norm1"),
             ("intermediate.dense", "feed_forward.linear1"), ("output.dense", "feed_forward.linear2"),
             ("output.LayerNorm", "norm2"), ("word_embeddings", "token"), ("position_embeddings", "position"),
             ("token_type_embeddings", "segment"), ("LayerNorm", "norm"), ("pooler.dense", "pooler")]
    renamed = {}
    for name, tensor in state_dict.items():
        if name.split(".")[-1] == "position_ids" or name.startswith("cls."):
            continue
        new = name.removeprefix("bert.")
        for old, ours in rules:
            new = new.replace(old, ours)
        renamed[new] = tensor
    try:
        model.load_state_dict(renamed, strict=False)
    except RuntimeError as error:
        raise ValueError(str(error)) from None
