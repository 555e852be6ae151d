# Right: transposes so that features come before positions, joins them there, and transposes back.
def merge_heads(x):
    b, h, t, d = x.size()
    return x.transpose(2, 3).reshape(b, h * d, t).transpose(1, 2)
