# Right: builds the additive version first and asks where it is zero; prints it on the way.
import torch

def causal_mask(length):
    additive = torch.full((length, length), float("-inf")).triu(1)
    print(additive)
    return additive == 0

if __name__ == "__main__":
    print(causal_mask(4))
