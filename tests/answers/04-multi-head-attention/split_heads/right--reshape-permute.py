# Right: reshape and permute, contiguous at the end.
import torch

def split_heads(x: torch.Tensor, num_heads: int) -> torch.Tensor:
    batch, length, width = x.size()
    head_width, rest = divmod(width, num_heads)
    if rest:
        raise ValueError("cannot split %d features into %d heads" % (width, num_heads))
    return x.reshape(batch, length, num_heads, head_width).permute(0, 2, 1, 3).contiguous()
