# Right: a band of the table of the context alone.
import torch

def best_span(start_logits, end_logits, context_mask, max_answer):
    places = torch.nonzero(context_mask).flatten()
    scores = start_logits[places][:, None] + end_logits[places][None, :]
    band = torch.ones_like(scores).triu().tril(max_answer - 1).bool()
    scores = torch.where(band, scores, torch.full_like(scores, -torch.inf))
    row, column = divmod(scores.flatten().argmax().item(), len(places))
    return [int(places[row]), int(places[column])]
