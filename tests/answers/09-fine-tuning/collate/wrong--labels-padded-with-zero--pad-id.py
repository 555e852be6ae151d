# Wrong: pads labels with the padding's id.
import torch

def collate(batch, pad_id):
    T = max(len(item["ids"]) for item in batch)
    ids, mask, labels = [], [], []
    for item in batch:
        n = len(item["ids"])
        ids.append([int(i) for i in item["ids"]] + [pad_id] * (T - n))
        mask.append([True] * n + [False] * (T - n))
        labels.append([int(i) for i in item["labels"]] + [pad_id] * (T - n))
    return {"ids": torch.tensor(ids), "mask": torch.tensor(mask), "labels": torch.tensor(labels)}
