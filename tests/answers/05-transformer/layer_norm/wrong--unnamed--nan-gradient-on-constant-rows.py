# Wrong: nan gradient on constant rows.
def layer_norm(x, gamma, beta, eps=1e-5):
    c = x - x.mean(-1, keepdim=True)
    spread = c.pow(2).mean(-1, keepdim=True).sqrt()
    return gamma * c / (spread ** 2 + eps).sqrt() + beta
