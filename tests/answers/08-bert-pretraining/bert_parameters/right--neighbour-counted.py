# Right: builds the model on the meta device and counts it.
import types
import torch

def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    config = types.SimpleNamespace(vocab_size=vocab_size, hidden_size=hidden, num_layers=layers, num_heads=1,
                                   intermediate_size=intermediate, max_length=max_length, num_segments=segments, dropout=0.0)
    with torch.device("meta"):
        return sum(p.numel() for p in BertModel(config).parameters())
