# Wrong: context not cropped, condition dropped.
import torch

def generate(model, ids, steps, generator, **filters):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            result = ids.clone()
            for step in range(steps):
                context = result
                logits = filter_logits(model(context)[:, -1], **filters)
                p = (logits - logits.logsumexp(-1, keepdim=True)).exp()
                result = torch.hstack([result, p.multinomial(1, generator=generator)])
    finally:
        for module, mode in modes:
            module.training = mode
    return result
