# Wrong: no causal mask, made and forgotten.
from torch import nn
from mine import Encoder, LearnedPositions, causal_mask, combine_masks

class TiedHead(nn.Module):
    def logits(self, hidden):
        return nn.functional.linear(hidden, self.token_embedding.weight, bias=None)

class CausalLM(TiedHead):
    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        super().__init__()
        self.token_embedding = nn.Embedding(num_embeddings=vocab_size, embedding_dim=d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, True)
        self.apply(self.initialise)

    @staticmethod
    def initialise(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.05)

    def forward(self, ids):
        mask = combine_masks(causal_mask(ids.shape[1]).to(ids.device), None)
        return self.logits(self.encoder(self.positions(self.token_embedding(ids))))
