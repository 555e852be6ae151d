# Right: pads lists of tensors to the fixed width T+1, returns a list of the two and prints them.
from typing import List
import torch
from torch import Tensor

def pad_to(row: Tensor, width: int, pad_id: int) -> Tensor:
    return torch.cat([row, row.new_full((width - row.numel(),), pad_id)])

def teacher_forcing_pair(targets: Tensor, lengths: Tensor, bos_id: int, eos_id: int, pad_id: int) -> List[Tensor]:
    width = targets.shape[1] + 1
    sentences = [y[:n] for y, n in zip(targets, lengths)]
    bos, eos = targets.new_tensor([bos_id]), targets.new_tensor([eos_id])
    pair = [torch.stack([pad_to(torch.cat([bos, y]), width, pad_id) for y in sentences]),
            torch.stack([pad_to(torch.cat([y, eos]), width, pad_id) for y in sentences])]
    print(*pair, sep="\n")
    return pair
