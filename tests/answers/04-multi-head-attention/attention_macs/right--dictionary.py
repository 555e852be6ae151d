# Right: a table of the products' shapes, printed and multiplied out.
from math import prod

def attention_macs(length, d_model):
    T, D = length, d_model
    products = {"Q": (T, D, D), "K": (T, D, D), "V": (T, D, D), "QK^T": (T, D, T), "AV": (T, T, D), "O": (T, D, D)}
    for name, sizes in products.items():
        print(name, sizes, prod(sizes))
    return sum(map(prod, products.values()))
