# Wrong: turns every matrix, embeddings too.
import torch

def load_pretrained(model, state_dict):
    names = {"embeddings.word_embeddings": "embeddings.token", "embeddings.position_embeddings": "embeddings.position",
             "embeddings.token_type_embeddings": "embeddings.segment", "embeddings.LayerNorm": "embeddings.norm",
             "pooler.dense": "pooler"}
    inner = {"attention.self.query": "self_attention.q_proj", "attention.self.key": "self_attention.k_proj",
             "attention.self.value": "self_attention.v_proj", "attention.output.dense": "self_attention.out_proj",
             "attention.output.LayerNorm": "norm1", "intermediate.dense": "feed_forward.linear1",
             "output.dense": "feed_forward.linear2", "output.LayerNorm": "norm2"}
    own = dict(model.named_parameters())
    seen = set()
    for full, tensor in state_dict.items():
        name = full[5:] if full.startswith("bert.") else full
        if name.startswith("cls.") or name.endswith(".position_ids"):
            continue
        part, kind = name.rsplit(".", 1)
        if part.startswith("encoder.layer."):
            number, rest = part[len("encoder.layer."):].split(".", 1)
            target = f"encoder.layers.{number}.{inner.get(rest)}.{kind}"
        else:
            target = f"{names.get(part)}.{kind}"
        if target not in own:
            raise ValueError(f"unexpected tensor {full}")
        if own[target].shape != (tensor.T.shape if tensor.dim() == 2 else tensor.shape):
            raise ValueError(f"wrong shape for {full}: {tuple(tensor.shape)}")
        with torch.no_grad():
            own[target].copy_(tensor.T if tensor.dim() == 2 else tensor)
        seen.add(target)
    missing = sorted(set(own) - seen)
    if missing:
        raise ValueError("missing: " + ", ".join(missing))
