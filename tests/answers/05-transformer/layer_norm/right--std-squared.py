# Right: std squared.
def layer_norm(x, gamma, beta, eps=1e-5):
    spread = x.std(dim=-1, correction=0, keepdim=True)
    return gamma * ((x - x.mean(dim=-1, keepdim=True)) / (spread**2 + eps).sqrt()) + beta
