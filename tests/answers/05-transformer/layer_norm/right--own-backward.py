# Right: own backward.
import torch


class _Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, eps):
        c = x - x.mean(-1, keepdim=True)
        scale = (c.square().mean(-1, keepdim=True) + eps).rsqrt()
        ctx.save_for_backward(c * scale, scale)
        return c * scale

    @staticmethod
    def backward(ctx, grad):
        y, scale = ctx.saved_tensors
        inner = grad - grad.mean(-1, keepdim=True) - y * (grad * y).mean(-1, keepdim=True)
        return inner * scale, None


def layer_norm(x, gamma, beta, eps=1e-5):
    return _Norm.apply(x, eps) * gamma + beta
