# Wrong: samples from first position, one sentence.
import torch

def generate(model, ids, steps, generator, **filters):
    block = model.positions.embedding.num_embeddings
    finished = []
    with torch.no_grad():
        for sentence in ids.split(1):
            for _ in range(steps):
                logits = model(sentence[:, -block:])[0, 0]
                p = torch.softmax(filter_logits(logits, **filters), dim=0)
                sentence = torch.cat([sentence[0], torch.multinomial(p, 1, generator=generator)])[None]
            finished.append(sentence)
    return torch.cat(finished)
