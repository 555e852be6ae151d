# Wrong: raises KeyError for what is missing.
import torch

LAYER = [("self_attention.q_proj", "attention.self.query"), ("self_attention.k_proj", "attention.self.key"),
         ("self_attention.v_proj", "attention.self.value"), ("self_attention.out_proj", "attention.output.dense"),
         ("norm1", "attention.output.LayerNorm"), ("feed_forward.linear1", "intermediate.dense"),
         ("feed_forward.linear2", "output.dense"), ("norm2", "output.LayerNorm")]
TOP = [("embeddings.token", "embeddings.word_embeddings"), ("embeddings.position", "embeddings.position_embeddings"),
       ("embeddings.segment", "embeddings.token_type_embeddings"), ("embeddings.norm", "embeddings.LayerNorm"),
       ("pooler", "pooler.dense")]

def foreign(own):
    for ours, theirs in TOP:
        if own.rpartition(".")[0] == ours:
            return f"{theirs}.{own.rpartition('.')[2]}"
    _, _, number, rest = own.split(".", 3)
    for ours, theirs in LAYER:
        if rest.rpartition(".")[0] == ours:
            return f"encoder.layer.{number}.{theirs}.{rest.rpartition('.')[2]}"

@torch.no_grad()
def load_pretrained(model, state_dict):
    given = {}
    for name, tensor in state_dict.items():
        short = name.removeprefix("bert.")
        if not (short.endswith(".position_ids") or short.startswith("cls.")):
            given[short] = tensor
    for own, parameter in model.named_parameters():
        name = foreign(own)
        if name not in given:
            raise KeyError(name)
        tensor = given.pop(name)
        if tensor.shape != parameter.shape:
            raise ValueError(f"{name} is of shape {tuple(tensor.shape)} instead of {tuple(parameter.shape)}")
        parameter.copy_(tensor)
    if given:
        raise ValueError(f"nobody wants {list(given)}")
    return model
