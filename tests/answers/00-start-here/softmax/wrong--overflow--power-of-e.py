# Wrong: e ** x overflows just the same.
import math

def softmax(x, dim=-1):
    powers = math.e ** x
    return powers / powers.sum(dim, keepdim=True)
