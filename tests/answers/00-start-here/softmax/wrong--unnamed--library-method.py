# Wrong: the tensor's own softmax method, found by getattr.
def softmax(x, dim=-1):
    return getattr(x, "soft" + "max")(dim)
