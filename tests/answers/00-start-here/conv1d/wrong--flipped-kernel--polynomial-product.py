# Wrong: the middle of the polynomial product, i.e. a convolution in the strict sense.
import torch

def conv1d(x, kernel):
    T, K = x.shape[0], kernel.shape[0]
    n = T + K - 1
    full = torch.fft.irfft(torch.fft.rfft(x, n=2 * n) * torch.fft.rfft(kernel, n=2 * n), n=2 * n)
    return full[K - 1:T]
