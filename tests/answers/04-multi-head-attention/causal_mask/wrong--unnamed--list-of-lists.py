# Wrong: a list of lists is no tensor.
def causal_mask(length):
    return [[j <= i for j in range(length)] for i in range(length)]
