# Right: counts each matrix product of the layer by its three sizes.
def matmul_macs(rows, inner, columns):
    return rows * inner * columns

def attention_macs(length: int, d_model: int) -> int:
    total = 0
    for _ in ("query", "key", "value", "output"):
        total += matmul_macs(length, d_model, d_model)
    total += matmul_macs(length, d_model, length)     # scores
    total += matmul_macs(length, length, d_model)     # weighted sum
    return total
