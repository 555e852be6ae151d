# Right: typed; concatenates each with as much padding as it lacks.
from typing import List, Tuple
import torch
from torch import Tensor

def pad_batch(sequences: List[Tensor], pad_id: int = 0) -> Tuple[Tensor, Tensor]:
    T_max = max(map(len, sequences))
    rows = [torch.cat([s, s.new_full((T_max - len(s),), pad_id)]) for s in sequences]
    return torch.stack(rows, dim=0), torch.LongTensor([len(s) for s in sequences])
