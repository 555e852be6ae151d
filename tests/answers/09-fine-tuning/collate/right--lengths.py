# Right: full tensors filled in place, the mask from lengths.
import torch

def collate(batch, pad_id):
    lengths = torch.tensor([len(x["ids"]) for x in batch])
    T = int(lengths.max())
    out = {"ids": torch.full((len(batch), T), pad_id), "labels": torch.full((len(batch), T), -100)}
    for key in out:
        for b, x in enumerate(batch):
            out[key][b, : lengths[b]] = torch.as_tensor(x[key])
    out["mask"] = torch.arange(T)[None] < lengths[:, None]
    return out
