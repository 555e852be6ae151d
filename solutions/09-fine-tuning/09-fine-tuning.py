# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 09 · Fine-tuning
#
# **At the end you can** put real pretrained weights into your own BERT and prove that they arrived, turn its hidden states into vectors for words and sentences, give it a head for
# sentences, pairs, tags or answer spans, and train as much of it as your labels allow: with your own optimizer and schedule, and beside it in ten lines of Hugging Face.
#
# **You need** unit 08's `BertModel`. Your own components are used if you have them.
#
# **Time:** about five hours, best in three sittings: sections 1 to 4 (exercises 1 to 4, 50 min of exercises), 5 to 7 (exercises 5 to 12, 1 h 25 min), and 8 to 15 (no exercises, but experiments to predict). The exercises'
# minutes add up to 2 h 15 min, reading and derivations take about 1 h 15 min, experiments, debugging and self-test about 1 h 30 min. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** pretraining has already paid for the language; your labels only have to point at what is there.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T$, $D$ | sequences in a batch, tokens of the longest, width of the model |
# | $L$ | layers; there are $L + 1$ hidden states $h^{(0)}, \dots, h^{(L)}$, each `(B, T, D)`: the embeddings, then one for each layer |
# | $h_t$ | the last layer's vector of token $t$ |
# | $p$ | the *pooled* vector: $\tanh$ of a linear map of $h_0$, the vector of [CLS] |
# | $g_t$, $m_t$, $v_t$ | at training step $t$: gradient, and moving means of it and of its square |
# | $\eta$, $\lambda$ | learning rate, weight decay |
#
# Shapes are batch first, a mask is boolean, and **True means "real token"**. A label of $-100$ is one that no loss looks at.

# %% given="setup"
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check
from mine import BertConfig, BertModel, all_hidden_states

# %% tags=["demo"]
import random
from dataclasses import replace

from data import docstrings, few_labels, pretrained
from data.docstrings import PACKAGES
from data.tables import results
from figures.attention import heat_map
from figures.search_explorer import Found, search_explorer
from figures.style import show
from figures.tasks import four_tasks, span_table
from figures.training import bars_with_spread, loss_curves

torch.manual_seed(0)
torch.set_num_threads(1)  # steadier on a busy machine; with idle cores, leave it out
measured = results("09")  # three seeds each; `python -m data.build 09` measures again
topics = docstrings.load()
start = pretrained.start()
print(f"{start.name}: {sum(w.numel() for w in start.weights.values()):,} numbers in {len(start.weights)} tensors")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# You have 150 labelled sentences, not 150,000. Here the sentences are the first lines of docstrings, and the question is which of {{ results.task.packages }} packages of Python's standard library they come from. A BERT
# with random weights must learn from those 150 what a word is, what a sentence is, *and* what a package is. **Must every task pay for the language again?**

# %% tags=["demo"]
for one in topics.pool[:6]:
    print(f"{PACKAGES[one.label]:>16}: {one.text}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Transfer learning** answers no. Train once, at length, on a task that needs no labels (unit 08); keep the weights; put a small new head on top; train a little on the task that you care about.
#
# | | from scratch | transfer |
# |---|---|---|
# | where weights start | random | where pretraining left them |
# | new | everything | a head: $D \times$ labels numbers |
# | labelled examples | very many | few |
# | computation | days | minutes |
#
# Vision did it first. A CNN's early layers, trained on ImageNet, find edges and textures that any picture has; one cuts off its last layer and puts a new one on (Razavian et al. 2014). A BERT's lower layers are likewise about words and their
# neighbourhood, its upper ones more about the task it was trained for (Tenney et al. 2019). And where labels are few, vision also makes more of them: **augmentation**, the same cat mirrored or cropped. A sentence doesn't survive
# mirroring, and a swapped word may change its label, so in language augmentation is harder to come by (paraphrases, back-translation), and pretraining matters the more.
#
# **Why not simply train from scratch for longer?** Because 150 sentences can be learnt by heart. A model with millions of parameters reaches a training loss of nearly 0 and knows nothing about the 151st. Section 9 shows it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Real weights in your own model
#
# A checkpoint is a dictionary: name → tensor. Hugging Face's names differ from ours; the architecture is the same. So loading is a matter of renaming, and of *refusing to guess*.
#
# | ours (`BertModel`) | Hugging Face |
# |---|---|
# | `embeddings.token` | `embeddings.word_embeddings` |
# | `embeddings.position` | `embeddings.position_embeddings` |
# | `embeddings.segment` | `embeddings.token_type_embeddings` |
# | `embeddings.norm` | `embeddings.LayerNorm` |
# | `encoder.layers.0.self_attention.q_proj`, `k_proj`, `v_proj` | `encoder.layer.0.attention.self.query`, `key`, `value` |
# | `encoder.layers.0.self_attention.out_proj` | `encoder.layer.0.attention.output.dense` |
# | `encoder.layers.0.norm1` | `encoder.layer.0.attention.output.LayerNorm` |
# | `encoder.layers.0.feed_forward.linear1`, `linear2` | `encoder.layer.0.intermediate.dense`, `encoder.layer.0.output.dense` |
# | `encoder.layers.0.norm2` | `encoder.layer.0.output.LayerNorm` |
# | `pooler` | `pooler.dense` |
#
# Each has a `.weight` and, but for the first three, a `.bias`. Nothing is transposed: both sides store a linear map as `(out, in)`. (TensorFlow stores `(in, out)`, so its checkpoints do need turning.)

# %% [markdown]
# ### Exercise 1 · `load_pretrained` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** the loader: copy every tensor of `state_dict` into its place in `model`, in place. A model with half its weights random still runs, and is just a little worse; so the loader must be strict.
#
# **In:** a `BertModel`, and a dict with Hugging Face's names. **Out:** nothing needed; the model has changed, the dict has not.
#
# - A name may begin with `bert.`: drop it. Ignore names that end in `.position_ids` (a buffer) or begin with `cls.` (the heads of pretraining).
# - Any other tensor without a place, any parameter left without a tensor, any shape that differs: `ValueError` with the name in its message.
#
# **Example.** `{"bert.pooler.dense.bias": ...}` ends up in `model.pooler.bias`; with `"classifier.weight"` in the dict there is a `ValueError: … classifier.weight …`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# You need the table above for every layer of *this* model. Where does the model say how many it has? And which is easier: to rewrite each foreign name, or to compute for each of your own parameters what its foreign name must be?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Start from `dict(model.named_parameters())` and cross off what you have filled: what is left at the end is missing. Compare shapes yourself, since `copy_` broadcasts. Copy under `torch.no_grad()`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **`a leaf Variable that requires grad is being used in an in-place operation`:** you copy while gradients are recorded.
# - **the right layer 1 and a wrong layer 10:** a text replacement of `layer.1` hits `layer.10`, too. Split the name at its dots.
# - **a `RuntimeError` where a `ValueError` is wanted:** that is torch's own complaint; compare first.
# - **"the model holds the state dict's own tensors":** `parameter.data = tensor` shares memory; copy the numbers.
#
# </details>

# %% exercise="load_pretrained"
def load_pretrained(model, state_dict):
    """Copy a checkpoint with Hugging Face's BERT names into a BertModel, in place.

    Ignores *.position_ids, cls.* and a prefix bert.; raises ValueError, naming it, for any other tensor that is
    surplus, missing or misshapen.
    """
    ### BEGIN SOLUTION
    parts = {
        "embeddings.word_embeddings": "embeddings.token",
        "embeddings.position_embeddings": "embeddings.position",
        "embeddings.token_type_embeddings": "embeddings.segment",
        "embeddings.LayerNorm": "embeddings.norm",
        "pooler.dense": "pooler",
    }
    in_a_layer = {
        "attention.self.query": "self_attention.q_proj",
        "attention.self.key": "self_attention.k_proj",
        "attention.self.value": "self_attention.v_proj",
        "attention.output.dense": "self_attention.out_proj",
        "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "feed_forward.linear1",
        "output.dense": "feed_forward.linear2",
        "output.LayerNorm": "norm2",
    }
    for i in range(model.config.num_layers):
        parts |= {f"encoder.layer.{i}.{hf}": f"encoder.layers.{i}.{own}" for hf, own in in_a_layer.items()}

    unfilled = dict(model.named_parameters())
    for name, tensor in state_dict.items():
        if name.endswith(".position_ids") or name.startswith("cls."):
            continue
        part, _, kind = name.removeprefix("bert.").rpartition(".")
        parameter = unfilled.pop(f"{parts.get(part)}.{kind}", None)
        if parameter is None:
            raise ValueError(f"the model has no place for {name}")
        if parameter.shape != tensor.shape:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, the model wants {tuple(parameter.shape)}")
        with torch.no_grad():
            parameter.copy_(tensor)
    if unfilled:
        raise ValueError(f"the checkpoint has nothing for {', '.join(unfilled)}")
    ### END SOLUTION

# %% check="load_pretrained"
check("load_pretrained")

# %% [markdown]
# **Now the real thing**: all-MiniLM-L6-v2, BERT's architecture with $L = 6$, $D = 384$ (Wang et al. 2020, then trained further on pairs of sentences by the makers of sentence-transformers). In its file, nothing but
# names and numbers; the model is yours.

# %% tags=["demo"]
def fresh_bert():
    """Your BertModel with the pretrained weights."""
    model = BertModel(BertConfig(**start.sizes))
    load_pretrained(model, start.weights)
    return model.eval()

bert = fresh_bert()
print({field: size for field, size in start.sizes.items()})
try:
    load_pretrained(bert, {name: w for name, w in start.weights.items() if "layer.1.output.dense" not in name})
except ValueError as refusal:
    print("refused:", refusal)

# %% [markdown]
# **The proof:** Hugging Face's model and yours read the same sentences, padding included. All hidden states, not only the last, must agree to within rounding.

# %% tags=["demo"]
def hugging_face_states(batch):
    """The L+1 hidden states of transformers.BertModel with the same weights."""
    import transformers

    s = start.sizes
    config = transformers.BertConfig(
        vocab_size=s["vocab_size"],
        hidden_size=s["hidden_size"],
        num_hidden_layers=s["num_layers"],
        num_attention_heads=s["num_heads"],
        intermediate_size=s["intermediate_size"],
        max_position_embeddings=s["max_length"],
    )
    theirs = transformers.BertModel(config).eval()
    theirs.load_state_dict({n: w for n, w in start.weights.items() if not n.endswith("position_ids")})
    inputs = dict(input_ids=batch.ids, token_type_ids=batch.segments, attention_mask=batch.mask.long())
    with torch.no_grad():
        return theirs(**inputs, output_hidden_states=True).hidden_states

batch = start.encode([one.text for one in topics.held_out[:8]])
with torch.no_grad():
    yours = all_hidden_states(bert, batch.ids, batch.segments, batch.mask)
for depth, (a, b) in enumerate(zip(yours, hugging_face_states(batch), strict=True)):
    print(f"h({depth}): largest difference at real tokens {(a - b)[batch.mask].abs().max():.1e}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Vectors for words and sentences
#
# A hidden state is a vector for *each token in its context*. Which of the $L+1$ to take, and how to make one vector of $T$?
#
# | `how` | a sentence's vector | width |
# |---|---|---|
# | `cls` | $h^{(L)}_0$, the last layer's vector of [CLS] | $D$ |
# | `mean` | $\frac1n\sum_t h^{(L)}_t$ over the $n$ real tokens | $D$ |
# | `last4_sum` | per token $h^{(L-3)}_t + \dots + h^{(L)}_t$, then the mean over tokens | $D$ |
# | `last4_concat` | per token $[h^{(L-3)}_t;\dots;h^{(L)}_t]$, then the mean over tokens | $4D$ |
#
# "Sum or concatenate the last four layers" is done **per token, over layers** (Devlin et al. 2019, table 7, compared them for tagging, where there is no mean at all). It never joins one token's vector to the next one's.
#
# **By hand.** $D = 1$, last layer $(2, 4, 9)$, mask $(1, 1, 0)$. `cls`: $2$. `mean`: $(2 + 4)/2 = 3$; whoever averages padding too gets $5$. With all four last layers equal to this one, `last4_sum` gives $12$ and `last4_concat` $(3, 3, 3, 3)$.

# %% [markdown]
# ### Exercise 2 · `sentence_vector` &nbsp; ●○○ &nbsp; 15 min
#
# **Build** the four ways (Devlin et al. 2019, section 5.3; Reimers & Gurevych 2019 for the mean).
#
# **Shapes.** `hidden_states`: a tuple of $L+1$ tensors `(B, T, D)`; `mask (B, T)` boolean; `how`: one of the four names. Out: `(B, D)`, or `(B, 4 D)` for `last4_concat`, whose first $D$ numbers come from layer $L-3$.
#
# **Example.** As computed by hand above.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The tuple has $L + 1$ entries, and entry 0 is no layer's output. Which slice of it is "the last four layers", whatever $L$ is?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# First make one tensor `(B, T, something)`, then take one masked mean for all three ways that need it: multiply by the mask as numbers `(B, T, 1)`, sum, divide by how many there are.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a vector that changes when the batch gets longer:** padding is in the sum, or in the count.
# - **`(B, 4 T, D)`:** you joined along the tokens. Features are the last axis.
# - **right for `last4_sum`, wrong for `last4_concat`:** look at the order of the four.
#
# </details>

# %% exercise="sentence_vector"
def sentence_vector(hidden_states, mask, how):
    """Return one vector for each sentence (Devlin et al. 2019, section 5.3).

    hidden_states: tuple of L+1 tensors (B, T, D), embeddings first; mask: (B, T), True = real token; how: cls, mean,
    last4_sum or last4_concat. Returns (B, D), or (B, 4 D) for last4_concat.
    """
    ### BEGIN SOLUTION
    if how == "cls":
        return hidden_states[-1][:, 0]  # (B, D)
    last_four = hidden_states[-4:]
    tokens = {
        "mean": lambda: hidden_states[-1],  # (B, T, D)
        "last4_sum": lambda: torch.stack(last_four).sum(dim=0),  # (B, T, D)
        "last4_concat": lambda: torch.cat(last_four, dim=-1),  # (B, T, 4 D)
    }[how]()
    real = mask.unsqueeze(-1).to(tokens.dtype)  # (B, T, 1)
    return (tokens * real).sum(dim=1) / real.sum(dim=1)
    ### END SOLUTION

# %% check="sentence_vector"
check("sentence_vector")

# %% [markdown]
# ### Does the vector know what the sentence says?
#
# Two sentences are alike if the angle between their vectors is small: $\cos(a, b) = a\cdot b / (\lVert a\rVert \lVert b\rVert)$. **Predict** before you look: which two of these six are closest, and is any word shared between them?

# %% tags=["demo"]
@torch.no_grad()
def embed(texts, how="mean", size=50):
    """Vectors of length 1, (N, D), for sentences, some at a time."""
    parts = []
    for first in range(0, len(texts), size):
        b = start.encode(texts[first : first + size], max_length=24)
        parts.append(sentence_vector(all_hidden_states(bert, b.ids, b.segments, b.mask), b.mask, how))
    return F.normalize(torch.cat(parts), dim=-1)

six = (
    "Open the file and read it",
    "Load the contents from disk",
    "Send a message to the server",
    "Transmit data over the network",
    "Sort the list in place",
    "The cat sleeps on the sofa",
)
vectors = embed(six)
cosines = heat_map(vectors @ vectors.T, query_labels=six, key_labels=[f"{text.split()[0]} …" for text in six])
cosines.axes[0].set(xlabel="", ylabel="")
show(
    cosines,
    caption="Cosines between mean vectors. The pairs that mean nearly the same stand out although they share no "
    "word but “the”.",
    alt="A six by six table of cosines: 1 on the diagonal; lighter squares for the two pairs of sentences that "
    "mean nearly the same.",
)

# %% [markdown]
# **A search engine in ten lines.** All the held-out docstrings become vectors once; a question becomes one more; the closest wins. No word of the question needs to be in the answer.

# %% tags=["demo"]
library = embed([one.text for one in topics.held_out])

def search(question, best=3):
    """Print the documents closest to a question."""
    closeness = library @ embed([question])[0]
    print(f"\n{question}")
    for score, place in zip(*closeness.topk(best), strict=True):
        found = topics.held_out[int(place)]
        print(f"  {score:.2f}  {found.name}: {found.text}")

for question in ("wait until several tasks are done", "draw a box on the screen", "who sent this mail?"):
    search(question)

# %% [markdown]
# **Try your own questions**, and the same question with other vectors.

# %% tags=["demo"]
shelves = {"mean": library}

def find(question, how):
    """The five closest documents by one of the four kinds of vectors; a kind's library is made when first asked for."""
    if how not in shelves:
        shelves[how] = embed([one.text for one in topics.held_out], how)
    scores, places = (shelves[how] @ embed([question], how)[0]).topk(5)
    found = [topics.held_out[place] for place in places.tolist()]
    return [Found(one.name, one.text, score) for one, score in zip(found, scores.tolist(), strict=True)]

search_explorer(find, ("wait until several tasks are done", "who sent this mail?"), ("mean", "cls", "last4_sum"))

# %% [markdown]
# Look at the cosines, not only at the order: with [CLS] every answer is above 0.8, whatever was asked, and `wasSuccessful` answers both questions. **[CLS] is a sentence's vector only if something trained it to be one**. In unit 08 next-sentence prediction did; MiniLM's makers trained the *mean* instead, and
# that is what to use here. A plain BERT's mean, never trained for similarity, is a poor measure of it: often worse than averaging GloVe vectors (Reimers & Gurevych 2019, table 1).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Four tasks, one body
#
# Whatever the task, the body stays; the head is **one linear map**, and what differs is which vectors it reads (Devlin et al. 2019, figure 4).

# %% tags=["demo"]
show(
    four_tasks(),
    caption="Four tasks, one body. What changes is which positions are read (red arrows) and how the input is packed.",
    alt="Four drawings of a row of tokens below a box. For a sentence and for a pair one arrow leads up from [CLS]; for tags "
    "one from each word; for an answer span two, from its first and its last word.",
)

# %% [markdown]
# | task | in | the head reads | logits | example |
# |---|---|---|---|---|
# | a sentence's class | [CLS] A [SEP] | $p$, the pooled vector | `(B, labels)` | which package? |
# | a pair's class | [CLS] A [SEP] B [SEP], segments 0 and 1 | $p$ | `(B, labels)` | does B follow from A? |
# | tags (named entities) | [CLS] A [SEP] | every $h_t$ | `(B, T, labels)` | which words name a person? |
# | answer span | [CLS] question [SEP] text [SEP] | every $h_t$, with two labels: start, end | `(B, T)` twice | where is the answer? |
#
# A pair needs no second encoder: every token of A attends to every token of B, in all layers. What comes out are **logits**: the loss (`F.cross_entropy`) takes the softmax itself.
#
# **Why not a softmax in the model as well?** By hand, two labels, the right one far ahead: logits $(10, 0)$ give loss $\log(1 + e^{-10}) = 0.00005$. Put through a softmax first they are $(1, 0)$, and the loss takes these for
# logits: $\log(1 + e^{-1}) = 0.31$, which is the *least* it can ever be, and its gradient is small wherever the first softmax is sure.

# %% [markdown]
# ### Exercise 3 · `SequenceClassifier` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the classifier for sentences and pairs. **Names:** `bert` (the given model), `dropout`, `head: nn.Linear`.
#
# **Shapes.** `SequenceClassifier(bert, num_labels, dropout=0.0)`; `forward(ids, segments, mask)`: `(B, T)` each; out: logits `(B, num_labels)`. Dropout acts in train mode only (usually on what the head reads).
#
# **Example.** With a body of width 384 and 14 labels the head has $384\cdot14 + 14 = 5390$ parameters, all that is new.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Your `BertModel` returns two things. Which of them has one row for each sequence?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `bert.config.hidden_size` says how wide the head's input is. Return what the head returns.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **scores that depend on the padding:** `mask` has to go on to `bert`.
# - **nearly the right logits:** you read $h_0$; the pooled vector is one linear map and a tanh further.
# - **rows that sum to 1:** a softmax too many.
#
# </details>

# %% exercise="SequenceClassifier"
class SequenceClassifier(nn.Module):
    """A BERT with a linear head on its pooled vector, for sentences and pairs (Devlin et al. 2019, figure 4 a, b).

    Sub-modules: bert; dropout; head, nn.Linear(hidden_size, num_labels).
    """

    def __init__(self, bert, num_labels, dropout=0.0):
        """bert: a BertModel; num_labels: classes; dropout: probability in train mode."""
        super().__init__()
        ### BEGIN SOLUTION
        self.bert = bert
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(bert.config.hidden_size, num_labels)
        ### END SOLUTION

    def forward(self, ids, segments, mask):
        """ids, segments, mask: (B, T). Returns logits (B, num_labels)."""
        ### BEGIN SOLUTION
        _, pooled = self.bert(ids, segments, mask)  # (B, D)
        return self.head(self.dropout(pooled))  # (B, num_labels)
        ### END SOLUTION

# %% check="SequenceClassifier"
check("SequenceClassifier")

# %% [markdown]
# ### Exercise 4 · `TokenClassifier` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the classifier for tags: the same parts, read elsewhere (Devlin et al. 2019, figure 4 d). With `num_labels=2` it is the span model, too: column 0 are the start logits, column 1 the end logits.
#
# **Shapes.** As before; out: logits `(B, T, num_labels)`, a decision for every token.
#
# **Example.** Ids `(3, 7)` and 9 labels: logits `(3, 7, 9)`; two tokens of a sentence have different logits.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What would all tokens of a sentence have in common if the head read $p$?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `nn.Linear` works on the last axis, however many there are before it.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **`(B, num_labels)`, or the same row for each token:** that is the pooled vector.
# - **an error about the number of returned values:** the model returns a pair.
#
# </details>

# %% exercise="TokenClassifier"
class TokenClassifier(nn.Module):
    """A BERT with a linear head on every token's last hidden state (Devlin et al. 2019, figure 4 d).

    Sub-modules: bert; dropout; head, nn.Linear(hidden_size, num_labels).
    """

    def __init__(self, bert, num_labels, dropout=0.0):
        """bert: a BertModel; num_labels: classes; dropout: probability in train mode."""
        super().__init__()
        ### BEGIN SOLUTION
        self.bert = bert
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(bert.config.hidden_size, num_labels)
        ### END SOLUTION

    def forward(self, ids, segments, mask):
        """ids, segments, mask: (B, T). Returns logits (B, T, num_labels)."""
        ### BEGIN SOLUTION
        hidden, _ = self.bert(ids, segments, mask)  # (B, T, D)
        return self.head(self.dropout(hidden))  # (B, T, num_labels)
        ### END SOLUTION

# %% check="TokenClassifier"
check("TokenClassifier")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Answers are spans
#
# In SQuAD-style question answering (Rajpurkar et al. 2016) the answer stands in the text, so an answer is two positions. The model gives every token a start logit $s_i$ and an end logit $e_j$; there is **a softmax over
# all starts and one over all ends**, not a yes or no for each word. With both taken as independent given the text,
#
# $$P(i, j) = \frac{e^{s_i}}{\sum_k e^{s_k}}\cdot\frac{e^{e_j}}{\sum_k e^{e_k}} \qquad\Longrightarrow\qquad \arg\max_{i,j} P(i,j) = \arg\max_{i,j}\,(s_i + e_j),$$
#
# since the denominators are the same for all pairs. But not every pair is an answer: it must not end before it starts, must lie in the text (not in the question), and should not be a page long.
#
# So the search is one in a table: start down, end across.

# %% tags=["demo"]
tokens = ["[CLS]", "Who", "?", "[SEP]", "Ada", "Love", "##lace", "wrote", "[SEP]"]
starts, ends = torch.randn(2, 9, generator=torch.Generator().manual_seed(1))
starts[4], ends[6], ends[2] = 4.0, 3.0, 5.0
place = torch.arange(9)
text = (place > 3) & (place < 8)
band = (place[:, None] <= place) & (place < place[:, None] + 3) & text & text[:, None]
show(
    span_table(starts, ends, band, (4, 6), tokens),
    caption="Sums of start and end logits. Hatched cells are no answers: outside the text, backwards, or longer than three "
    "tokens. The best end of all, “?”, lies in the question.",
    alt="A nine by nine table. Only a small band just right of the diagonal, within the four tokens of the text, carries "
    "numbers; the cell from Ada to ##lace is framed.",
)

# %% [markdown]
# **By hand.** Start logits $(0, 3, 1)$, end logits $(2.5, 0, 1)$, all three tokens context. The best start is 1, the best end 0: no span. Legal sums: $(0,0)$: $2.5$, $(0,1)$: $0$, $(0,2)$: $1$, $(1,1)$: $3$, **$(1,2)$: $4$**, $(2,2)$: $2$.

# %% [markdown]
# ### Exercise 5 · `best_span` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the search for the best legal pair (Devlin et al. 2019, section 4.2).
#
# **In:** `start_logits`, `end_logits`, `context_mask`: `(T,)` each, the last boolean; `max_answer`: the largest number of tokens. **Out:** `(start, end)` as Python ints, both inside the context, $\text{start} \le \text{end} < \text{start} + \text{max\_answer}$, with
# the largest sum. There is always a legal pair. Logits may be as large as $\pm 10^4$.
#
# **Example.** The three tokens above: `(1, 2)` with `max_answer=3`; `(1, 1)` with `max_answer=1`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# If you write all sums into a table, start down and end across: which cells are legal? Which shapes do the three conditions draw?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `start_logits[:, None] + end_logits` is the table. An illegal cell must lose against *every* legal one: what can be less than any number? Then one `argmax` of the flattened table, taken apart by division with remainder.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an end before the start:** the lower triangle is still in.
# - **answers one token too long:** `end - start + 1` tokens lie from start to end.
# - **"expected an int, got a tensor":** `.item()`.
#
# </details>

# %% exercise="best_span"
def best_span(start_logits, end_logits, context_mask, max_answer):
    """Return the (start, end) with the largest start + end logit among all legal spans (Devlin et al. 2019, 4.2).

    start_logits, end_logits: (T,); context_mask: (T,) bool, True where an answer may lie; max_answer: most tokens.
    """
    ### BEGIN SOLUTION
    length = len(start_logits)
    start = torch.arange(length, device=start_logits.device)[:, None]  # (T, 1)
    end = start.T  # (1, T)
    legal = (start <= end) & (end < start + max_answer) & context_mask[:, None] & context_mask  # (T, T)
    sums = (start_logits[:, None] + end_logits).masked_fill(~legal, -math.inf)  # (T, T)
    return divmod(sums.argmax().item(), length)
    ### END SOLUTION

# %% check="best_span"
check("best_span")

# %% tags=["demo"]
example = torch.tensor([0.0, 3, 1]), torch.tensor([2.5, 0, 1]), torch.ones(3, dtype=torch.bool)
print("by hand (1, 2) and (1, 1); yours:", best_span(*example, max_answer=3), best_span(*example, max_answer=1))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Tags: words have labels, pieces have vectors
#
# Named-entity recognition is **token classification**. The labels are BIO tags: `B-PER` begins a person's name, `I-PER` goes on with it, `O` is no name. `B` is there for neighbours: *Ada Grace* may be one person or two.
#
# Two things stand between labels and loss. **First,** people label words, and WordPiece cuts words up. The label goes on a word's *first piece*; its other pieces, [CLS], [SEP] and padding get $-100$ and are skipped. (Every piece of a word sees the whole word, so the first one is
# informed enough.) **Second,** most words are `O`, so counting right tags flatters: a model that never finds a name is right nine times in ten. What counts is whole entities.

# %% tags=["demo"]
words = ["Ada", "Lovelace", "programmed", "Babbage's", "unbuildable", "engine"]
ids, word_ids, pieces = start.encode_words(words)
print("pieces:  ", pieces)
print("word_ids:", word_ids)

# %% [markdown]
# ### Exercise 6 · `align_labels` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the alignment (Devlin et al. 2019, section 5.3: "the first sub-token").
#
# **In:** `word_labels`: a label (an int) for each word; `word_ids`: for each piece the number of its word, `None` where there is none, as tokenizers give it. **Out:** a list as long as `word_ids`: the word's label on its first piece, $-100$ elsewhere.
#
# **Example.** `align_labels([5, 0], [None, 0, 0, 1, None])` is `[-100, 5, -100, 0, -100]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# How do you see, at a piece, that it is the first one of its word? What do you have to compare it with?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Remember the previous piece's word. And beware of `if word_id`: word number 0 is a word.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a label for word 1 on word 2:** a word may be cut off or have no piece; index with the number that stands there, don't count.
# - **no label on the first word:** 0 is falsy in Python; ask `is None`.
#
# </details>

# %% exercise="align_labels"
def align_labels(word_labels, word_ids):
    """Put each word's label on its first piece and -100 everywhere else.

    word_labels: list of ints, one for each word; word_ids: for each piece its word's number, or None. Returns a list as
    long as word_ids.
    """
    ### BEGIN SOLUTION
    labels, previous = [], None
    for word in word_ids:
        is_first = word is not None and word != previous
        labels.append(word_labels[word] if is_first else -100)
        previous = word
    return labels
    ### END SOLUTION

# %% check="align_labels"
check("align_labels")

# %% [markdown]
# ### Exercise 7 · `entity_f1` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the measure of the CoNLL-2003 task (Tjong Kim Sang & De Meulder 2003). An entity is (sentence, first word, last word, type); it is found if all of that is right.
#
# $$\text{precision} = \frac{\text{found}}{\text{predicted}}, \qquad \text{recall} = \frac{\text{found}}{\text{in gold}}, \qquad F_1 = \frac{2\,PR}{P + R}.$$
#
# **In:** `predicted`, `gold`: lists of sentences, each a list of tags. **Out:** `(precision, recall, f1)`, counted over all sentences together; $0/0$ is $0$. A stray `I-X`, with no entity of type X just before it, starts one.
#
# **Example.** Gold `[["B-PER", "I-PER", "O", "B-LOC"]]`, predicted `[["B-PER", "O", "O", "B-LOC"]]`: half a name is no name, so two predicted, two in gold, one found: `(0.5, 0.5, 0.5)`, though three of four tags are right.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# If you had two *sets* of entities, what would "found" be? And what must an element of such a set contain so that equal spans in two sentences remain two?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Go through a sentence with "the entity that is open now". It ends where the tag isn't `I-` of its type; a tag that isn't `O` and doesn't go on with an open entity begins one. An extra `O` at the end closes the last one.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **numbers too high:** are you counting tags? Is the type part of the entity?
# - **one entity for `B-PER B-PER`:** a `B-` always begins.
# - **`ZeroDivisionError`:** nothing predicted, nothing there, nothing found: three zeros to think of.
#
# </details>

# %% exercise="entity_f1"
def entity_f1(predicted, gold):
    """Return (precision, recall, f1) over exact entities of a corpus (Tjong Kim Sang & De Meulder 2003).

    predicted, gold: lists of sentences, each a list of BIO tags. 0/0 is 0; a stray I- starts an entity.
    """
    ### BEGIN SOLUTION
    def entities(corpus):
        found = set()
        for number, tags in enumerate(corpus):
            first, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and tag != f"I-{kind}":
                    found.add((number, first, place, kind))
                    kind = None
                if kind is None and tag != "O":
                    first, kind = place, tag[2:]
        return found

    guesses, truth = entities(predicted), entities(gold)
    hits = len(guesses & truth)
    if hits == 0:
        return 0.0, 0.0, 0.0
    precision, recall = hits / len(guesses), hits / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)
    ### END SOLUTION

# %% check="entity_f1"
check("entity_f1")

# %% tags=["demo"]
gold = [["B-PER", "I-PER", "O", "B-LOC"]]
print("half a name:    ", entity_f1([["B-PER", "O", "O", "B-LOC"]], gold), "by hand (0.5, 0.5, 0.5)")
print("nothing found:  ", entity_f1([["O"] * 4], gold), "though a quarter of the tags is right")
print("labels on pieces:", align_labels([1, 2, 0, 1, 0, 0], word_ids))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · The training loop, piece by piece
#
# Five small parts make a fine-tuning run. Each is a line in Hugging Face's `Trainer`; here you build them.
#
# **The collator** makes a batch out of examples of different lengths: it pads ids, builds the mask, and pads labels with $-100$. To the longest *of this batch*: attention costs the square of the width, so padding everything to
# 512 would make our docstrings of 15 tokens over a thousand times as dear in that part.

# %% [markdown]
# ### Exercise 8 · `collate` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the collator for tagging.
#
# **In:** `batch`: a list of dicts with `ids` and `labels`, lists or 1-D tensors of equal length; `pad_id`. **Out:** a dict with `ids (B, T)` int64, `mask (B, T)` bool, `labels (B, T)` int64, $T$ the longest of the batch. The examples stay as they are: the next epoch needs them again.
#
# **Example.** `collate([{"ids": [7, 8], "labels": [1, 0]}, {"ids": [9], "labels": [2]}], 0)` has ids `[[7, 8], [9, 0]]`, mask `[[True, True], [True, False]]`, labels `[[1, 0], [2, -100]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What would the loss at a padded position teach the model if its label were 0? What does `F.cross_entropy` ignore unless told otherwise?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Three full tensors (`pad_id`, `False`, $-100$), then fill row by row from the left. `torch.as_tensor` takes lists and tensors.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **"other values in an example after the call":** `+=` on a list changes the list that was given to you.
# - **a mask of numbers:** `dtype=torch.bool`.
#
# </details>

# %% exercise="collate"
def collate(batch, pad_id):
    """Pad examples of different lengths to the longest of the batch.

    batch: list of dicts with ids and labels, lists or 1-D tensors. Returns a dict of ids (B, T), mask (B, T) bool with
    True = real token, labels (B, T) padded with -100.
    """
    ### BEGIN SOLUTION
    longest = max(len(example["ids"]) for example in batch)
    ids = torch.full((len(batch), longest), pad_id)  # (B, T)
    mask = torch.zeros(len(batch), longest, dtype=torch.bool)  # (B, T)
    labels = torch.full((len(batch), longest), -100)  # (B, T)
    for row, example in enumerate(batch):
        length = len(example["ids"])
        ids[row, :length] = torch.as_tensor(example["ids"])
        mask[row, :length] = True
        labels[row, :length] = torch.as_tensor(example["labels"])
    return {"ids": ids, "mask": mask, "labels": labels}
    ### END SOLUTION

# %% check="collate"
check("collate")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### What trains
#
# | policy | what trains | when |
# |---|---|---|
# | `head` | the head | the vectors say already what is asked; cheap, since nothing goes backwards through the body |
# | `last-2` | head, pooler, last two layers | in between |
# | `all` | everything | enough labels, or a task far from pretraining |
#
# A parameter is frozen by `requires_grad = False`: autograd then computes no gradient for it (`.grad` stays `None`), and an optimizer passes it over. Setting its gradient to *zero* isn't the same: weight decay still
# shrinks it, and Adam's moving means still push. In **Keras** the switch sits on the layer: `layer.trainable = False`, *before* `compile`, which is when Keras collects what is to train; change it later, and you must compile again. (In Keras a frozen
# `BatchNormalization` also stops updating its statistics; in PyTorch that is what `eval()` does, and `requires_grad` has no say in it. BERT's layer norms keep no statistics.)

# %% [markdown]
# ### Exercise 9 · `freeze` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the three policies for a `SequenceClassifier`.
#
# **In:** the model; `policy`, which says what *trains*: `head` (the head only), `last-2` (head, `bert.pooler`, the last two of `bert.encoder.layers`), `all`. Anything else: a `ValueError` that says what there is. **Out:** nothing; the model's parameters have changed their `requires_grad`. Whatever an
# earlier call froze, this call decides.
#
# **Example.** After `freeze(model, "head")`, only `head.weight` and `head.bias` move in a step; after `freeze(model, "all")`, everything does again.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# If you only ever set `False`, what happens when somebody calls `head` first and `all` later?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `module.requires_grad_(False)` does a whole module. Freeze everything, then thaw what the policy names.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **everything moves:** `module.requires_grad = False`, without the underscore, only makes an attribute of that name.
# - **the embeddings move under `last-2`:** they are no layer of the encoder.
#
# </details>

# %% exercise="freeze"
def freeze(model, policy):
    """Let only a part of a SequenceClassifier train.

    policy: head, last-2 (head, pooler, last two encoder layers) or all; ValueError for any other.
    """
    ### BEGIN SOLUTION
    upper = [model.bert.pooler, *model.bert.encoder.layers[-2:]]
    trained = {"head": [model.head], "last-2": [model.head, *upper], "all": [model]}
    if policy not in trained:
        raise ValueError(f"policy is one of {', '.join(trained)}, and was {policy!r}")
    model.requires_grad_(False)
    for part in trained[policy]:
        part.requires_grad_(True)
    ### END SOLUTION

# %% check="freeze"
check("freeze")

# %% tags=["demo"]
model = SequenceClassifier(fresh_bert(), len(PACKAGES))
for policy in ("head", "last-2", "all"):
    freeze(model, policy)
    count = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"{policy:>6}: {count:>10,} of {sum(p.numel() for p in model.parameters()):,} parameters train")

# %% [markdown] slideshow={"slide_type": "slide"}
# ### How a parameter moves: AdamW
#
# A fresh head's gradients are large, the body's small, a rare word's embedding has one now and then. One rate for all won't do, so Adam divides each gradient by its own usual size (Kingma & Ba 2015). Derive it in three steps.
#
# **1. Moving means** of the gradient and of its square, both from 0:
# $m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t$ and $v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$.
#
# **2. Bias correction.** Write the sum out: $m_t = (1 - \beta_1)\sum_{i=1}^t \beta_1^{t-i} g_i$. If all $g_i$ were equal to $g$, a good mean would say $g$; this one says $(1 - \beta_1)\,g\,\sum_i \beta_1^{t-i} = (1 - \beta_1^t)\,g$. It began at 0 and is
# too small by just that factor, so divide: $\hat m_t = m_t/(1 - \beta_1^t)$, $\hat v_t = v_t/(1 - \beta_2^t)$.
#
# **3. Decoupled decay.** To keep weights small one adds $\lambda\theta$ to the gradient, which is the gradient of $\frac\lambda2\lVert\theta\rVert^2$ (L2). In Adam that term would be divided by $\sqrt{\hat v_t}$ like everything else: weights with large
# gradients would hardly decay. AdamW lets decay past the division (Loshchilov & Hutter 2019, algorithm 2):
#
# $$\theta_t = \theta_{t-1} - \eta\left(\frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} + \lambda\,\theta_{t-1}\right).$$
#
# **By hand.** $\theta = 1$, $g = 4$, $\eta = 0.1$, $\beta = (0.9, 0.99)$, $\lambda = 0.5$, $\varepsilon \approx 0$. $m = 0.4$, $\hat m = 4$; $v = 0.16$, $\hat v = 16$; $\theta = 1 - 0.1\,(4/4 + 0.5) = 0.85$. The first step is $\eta$ long whatever the gradient's size. Without correction it
# would be $0.4/0.4 = 1$ here too, by luck of these betas; with the usual $\beta_2 = 0.999$ it would be $0.1/\sqrt{0.001} \approx 3.2$ times as long as it should be.
#
# (The paper's algorithm 2 multiplies the decay by the schedule's factor only; PyTorch multiplies it by the whole rate $\eta$, and so do we.)
#
# **What decays?** Weight matrices and embeddings. Not biases, and not the norms' weights, which are scales around 1: pulling them to 0 means nothing good.

# %% [markdown]
# ### Exercise 10 · `parameter_groups` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the groups that every optimizer of PyTorch takes (Devlin et al. 2019, appendix A.2, and the code released with it).
#
# **In:** a model, `weight_decay`. **Out:** a list of dicts, each with `params` (a list of parameters) and `weight_decay`: the given one for weights and embeddings, 0.0 for biases and everything of a norm. Each parameter is in exactly one group.
#
# **Example.** For a model of one `nn.Linear(4, 2)`: `[{"params": [weight], "weight_decay": 0.01}, {"params": [bias], "weight_decay": 0.0}]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# How many axes has a bias? A norm's weight? A matrix, a table of embeddings?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# One pass over `model.parameters()` into two lists (or over `named_parameters()`, by name).
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **"norm1.weight decays":** only biases have been spared.
# - **"in no group":** a name that fits neither rule.
#
# </details>

# %% exercise="parameter_groups"
def parameter_groups(model, weight_decay):
    """Return an optimizer's groups: decay for matrices and embeddings, none for biases and norms.

    Each group is a dict with params, a list, and weight_decay, a float.
    """
    ### BEGIN SOLUTION
    matrices = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    ### END SOLUTION

# %% check="parameter_groups"
check("parameter_groups")

# %% [markdown]
# ### Exercise 11 · `adamw_step` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** one step for one parameter (Loshchilov & Hutter 2019, algorithm 2). `torch.optim` is not allowed here.
#
# **In:** `p`, a tensor, to be changed **in place** (the one exception to "never write into inputs"); `grad`, of its shape; `state`, a dict, empty before the first step, where you keep what you need ($m$, $v$, $t$); `lr`, `betas`, `eps`, `weight_decay`. **Out:** nothing needed.
#
# **Example.** As by hand: `p = tensor([1.])`, `grad = tensor([4.])`, `lr=0.1`, `betas=(0.9, 0.99)`, `eps=1e-8`, `weight_decay=0.5` makes `p` 0.85.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What must be remembered from step to step, and what is it before the first? Two parameters are trained in turn: whose step is being counted?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `p -= …` changes the tensor, `p = p - …` only gives the name to a new one. Count $t$ in `state` first, then use it in both corrections. Decorate with `@torch.no_grad()`, so that it works on parameters.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a first step much too long or too short:** $t$ is 1 in it, and both means need their correction.
# - **right without decay, wrong with it:** $\lambda$ is multiplied by $\eta$ and by the *old* $p$, and goes nowhere near $m$ or $v$.
# - **right for a tiny `eps` only:** it stands outside the root.
#
# </details>

# %% exercise="adamw_step"
def adamw_step(p, grad, state, lr, betas, eps, weight_decay):
    """Make one step of AdamW, changing p in place (Loshchilov & Hutter 2019, algorithm 2).

    p, grad: tensors of one shape; state: a dict, empty before the first step; betas: (β1, β2).
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        beta1, beta2 = betas
        t = state["t"] = state.get("t", 0) + 1
        m = state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
        v = state["v"] = beta2 * state.get("v", 0.0) + (1 - beta2) * grad.square()
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        p -= lr * (m_hat / (v_hat.sqrt() + eps) + weight_decay * p)
    ### END SOLUTION

# %% check="adamw_step"
check("adamw_step")

# %% tags=["demo"]
p = torch.tensor([1.0])
adamw_step(p, torch.tensor([4.0]), {}, lr=0.1, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.5)
print("by hand 0.85; yours:", round(p.item(), 6))

# %% [markdown]
# ### The rate's way: up, then down
#
# In the first steps the head is random, so what it sends back into the body is noise, and Adam makes *every* first step $\eta$ long, noise or not. **Warm-up** starts from 0. At the end small steps let the weights settle: the rate falls to 0 in a straight line.

# %% [markdown]
# ### Exercise 12 · `linear_schedule` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the factor on the rate (Devlin et al. 2019, appendix A.2).
#
# **In:** `step` (from 0), `warmup`, `total`, ints. **Out:** a number in $[0, 1]$: from 0 at step 0 in a straight line to 1 at step `warmup`, from there in a straight line to 0 at step `total`, and 0 after it. `warmup` may be 0.
#
# **Example.** `warmup=10, total=110`: step 5 gives 0.5, step 10 gives 1, step 60 gives 0.5, step 110 gives 0.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Over how many steps does it fall, and how many of them are left at `step`?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Two cases, and a `max` with 0 for what comes after the end.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a jump at the top:** the second line falls over `total - warmup` steps, not over `total`.
# - **a division by zero:** with `warmup=0` no step is before the top.
#
# </details>

# %% exercise="linear_schedule"
def linear_schedule(step, warmup, total):
    """Return the factor on the learning rate: linear warm-up, then linear decay to 0 (Devlin et al. 2019, A.2)."""
    ### BEGIN SOLUTION
    if step < warmup:
        return step / warmup
    return max(0.0, (total - step) / (total - warmup))
    ### END SOLUTION

# %% check="linear_schedule"
check("linear_schedule")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · The experiment: 150 labels
#
# {{ results.task.packages }} packages, {{ results.task.labels }} labelled sentences, {{ results.task.held_out }} held out; guessing gives 0.07. **Write down, before you go on,** an accuracy for each of these: everything trained *from random weights*; only a head
# on the frozen model's vectors; everything trained from the pretrained weights, at the famous rate of 5e-5 for the famous 3 epochs; the same at 3e-4.
#
# First the cheapest: the body stays as it is, so each sentence goes through it once. What trains is a linear map on mean vectors, with your optimizer and your schedule.

# %% tags=["demo"]
def targets(sentences):
    """Labels (N,)."""
    return torch.tensor([one.label for one in sentences])

def train(loss_of_batch, model, steps, rate, weight_decay=0.01):
    """Train what requires gradients; loss_of_batch(step) → loss. Return the losses."""
    trained = [p for p in model.parameters() if p.requires_grad]
    decay = {id(p): g["weight_decay"] for g in parameter_groups(model, weight_decay) for p in g["params"]}
    memory = {id(p): {} for p in trained}
    losses = []
    for step in range(steps):
        loss = loss_of_batch(step)
        gradients = torch.autograd.grad(loss, trained)
        lr = rate * float(linear_schedule(step, steps // 10, steps))
        with torch.no_grad():
            for p, g in zip(trained, gradients, strict=True):
                adamw_step(p, g, memory[id(p)], lr, (0.9, 0.999), 1e-8, decay[id(p)])
        losses.append(loss.item())
    return losses

examples = topics.sample(150, seed=0)
labels, right = targets(examples), targets(topics.held_out)
scale = start.sizes["hidden_size"] ** 0.5  # so that a vector's numbers are about 1 in size
known, asked = embed([one.text for one in examples]) * scale, library * scale

torch.manual_seed(0)
head = nn.Linear(known.shape[1], len(PACKAGES))
train(lambda step: F.cross_entropy(head(known), labels), head, steps=150, rate=1e-2)
for name, vectors, truth in (("the 150", known, labels), ("held out", asked, right)):
    print(f"frozen body, accuracy on {name}: {(head(vectors).argmax(1) == truth).float().mean():.3f}")

# %% [markdown]
# Now the body, too, in part: `SequenceClassifier`, policy `last-2`, 3 epochs at 3e-4, batches of 15, all with your own parts. (Measured on the first 150 held-out sentences, to save time.)

# %% tags=["demo"]
def minibatches(sentences, size, epochs, seed):
    """Encoded batches with their labels, shuffled anew in every epoch."""
    order = random.Random(seed)
    for _ in range(epochs):
        shuffled = order.sample(sentences, len(sentences))
        for first in range(0, len(shuffled), size):
            part = shuffled[first : first + size]
            yield start.encode([one.text for one in part], max_length=20), targets(part)

@torch.no_grad()
def accuracy(model, sentences):
    """The share of right answers."""
    model.eval()
    hits = 0
    for batch, truth in minibatches(sentences, 50, 1, seed=0):
        hits += (model(batch.ids, batch.segments, batch.mask).argmax(1) == truth).sum().item()
    return hits / len(sentences)

def fine_tune(model, sentences, epochs, rate):
    """Train a classifier on mini-batches; return the losses."""
    ready = list(minibatches(sentences, 15, epochs, seed=0))

    def loss(step):
        batch, truth = ready[step]
        return F.cross_entropy(model(batch.ids, batch.segments, batch.mask), truth)

    return train(loss, model.train(), len(ready), rate)

torch.manual_seed(0)
model = SequenceClassifier(fresh_bert(), len(PACKAGES))
freeze(model, "last-2")
losses = fine_tune(model, examples, epochs=3, rate=3e-4)
some = topics.held_out[:150]
print(f"last two layers, 3e-4, 3 epochs: loss {losses[0]:.2f} → {losses[-1]:.2f}, ", end="")
print(f"held-out accuracy {accuracy(model, some):.3f}")

# %% [markdown]
# **All of it, three seeds each** (MiniLM; `python -m data.build 09` measures again):

# %% tags=["demo"]
ways, frozen = measured["ways"], measured["frozen"]
table = {"frozen, mean": frozen["mean"], "frozen, pooled": frozen["pooled"], **ways}
table = dict(sorted(table.items(), key=lambda entry: -sum(entry[1]["held_out"])))
print(f"{'':32} {'on the 150':>10}  held out, three seeds")
for name, row in table.items():
    print(f"{name:32} {sum(row['trained']) / 3:>10.2f}  {' '.join(f'{a:.2f}' for a in row['held_out'])}")
show(
    bars_with_spread({name: row["held_out"] for name, row in table.items()}, "held-out accuracy", chance=1 / 14),
    caption="Held-out accuracy with 150 labels: bars are means, dots are seeds, the dashed line is guessing.",
    alt="Bars for eight ways of training. The two frozen bodies are highest; training from scratch, the full model at 5e-5 "
    "for three epochs and at 3e-3 are far below.",
)

# %% [markdown]
# - **Pretraining is worth more than anything else here:** the frozen body with a linear head reaches {{ results.frozen.mean.held_out | mean | fixed(2) }}, everything from scratch {{ results.ways["from scratch, 3e-4, 10 epochs"].held_out | mean | fixed(2) }}.
# - **From scratch is learning by heart:** {{ results.ways["from scratch, 3e-4, 10 epochs"].trained | mean | fixed(2) }} right on the 150, and most of it useless elsewhere. That gap *is* overfitting.
# - **The famous numbers fail:** 5e-5 for 3 epochs gives {{ results.ways["all, 5e-5, 3 epochs"].held_out | mean | fixed(2) }}. They are for thousands of steps on a model five times the size; 150 examples in batches of 15 make 30 steps. At 3e-4
#   the same 30 steps give {{ results.ways["all, 3e-4, 3 epochs"].held_out | mean | fixed(2) }}, and 5e-5 for 10 epochs {{ results.ways["all, 5e-5, 10 epochs"].held_out | mean | fixed(2) }}. At 3e-3 it is
#   {{ results.ways["all, 3e-3, 3 epochs"].held_out | mean | fixed(2) }}, which is guessing: pretraining is wiped out.
# - **One seed proves little:** with 5e-5 for 3 epochs the three seeds lie between {{ results.ways["all, 5e-5, 3 epochs"].held_out | min | fixed(2) }} and {{ results.ways["all, 5e-5, 3 epochs"].held_out | max | fixed(2) }}. Fine-tuning on few examples is unstable (Mosbach et al. 2021). Differences of
#   a few hundredths here, such as last two layers against all, are within what the seeds do by themselves.
# - **What a vector was trained for matters:** with the same frozen body and the same 150 examples the mean beats the pooled vector in every seed, {{ results.frozen.mean.held_out | mean | fixed(2) }} to {{ results.frozen.pooled.held_out | mean | fixed(2) }}. MiniLM's makers trained the mean.
#   (The fine-tuned models above read the pooled one, as BERT does.)
#
# **Which of these numbers carry over to larger models?** The order *pretrained > scratch* with few labels does. The rates do not: 2e-5 to 5e-5 is right for 110 million parameters and thousands of steps. With more labels, training everything overtakes the frozen body
# (on tagging, with an LSTM on top of the frozen BERT-base, it stayed 0.3 F1 behind; Devlin et al. 2019, table 7). Whether it would here, measure: `topics.sample(1000, seed)` has the labels.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Pairs, tags, spans: does that order hold?
#
# Docstrings make three more tasks, again with {{ results.tasks.labels }} labelled examples each:
#
# | task | question | head reads | measure |
# |---|---|---|---|
# | pairs | does this sentence belong to this function's name, or to another function of the package? | pooled vector | accuracy; guessing 0.5 |
# | tags | which words are names of code? (The writers marked them, *like\_this()*; the marks are taken out.) | every token | $F_1$ over whole names |
# | spans | of three sentences in a row, which one is about this name? | every token, start and end | share of spans exactly right |
#
# **Predict:** on the packages a frozen body won. Will it win here, too? MiniLM's makers trained one thing, the mean vector of a sentence.
#
# Tags first, live, with your `align_labels`, `collate`, `TokenClassifier` and `entity_f1`: all six layers, {{ results.tasks.labels }} sentences.

# %% tags=["demo"]
to_learn, to_tag = few_labels.examples("tags", topics)

def tagging_batch(chosen):
    """Ids, segments, mask and labels (B, T) of sentences whose words have tags."""
    rows = []
    for one in chosen:
        ids, word_ids, _ = start.encode_words(one.first)
        rows.append({"ids": ids, "labels": align_labels(list(one.answer), word_ids)})
    made = collate(rows, 0)
    return made["ids"], torch.zeros_like(made["ids"]), made["mask"], made["labels"]

def tagging_loss(step):
    """The loss of a batch of 15 drawn by chance; what is labelled -100 doesn't count."""
    *inputs, labels = tagging_batch(random.Random(step).sample(to_learn[:150], 15))
    return F.cross_entropy(tagger(*inputs).transpose(1, 2), labels)

torch.manual_seed(0)
tagger = TokenClassifier(fresh_bert(), len(few_labels.TAGS))
for part in (tagger.bert.pooler, tagger.bert.embeddings):  # tags don't read the one; the other is half of all numbers
    part.requires_grad_(False)
losses = train(tagging_loss, tagger.train(), steps=60, rate=3e-4)

# %% tags=["demo"]
@torch.no_grad()
def tags_of(chosen):
    """The tags that the tagger gives to each word, read at the word's first piece."""
    *inputs, labels = tagging_batch(chosen)
    best = tagger.eval()(*inputs).argmax(-1)  # (B, T)
    return [[few_labels.TAGS[i] for i in row[kept].tolist()] for row, kept in zip(best, labels != -100, strict=True)]

predicted = [tags for first in range(0, len(to_tag), 38) for tags in tags_of(to_tag[first : first + 38])]
gold = [[few_labels.TAGS[i] for i in one.answer] for one in to_tag]
print("precision {:.2f}, recall {:.2f}, F1 {:.2f}".format(*entity_f1(predicted, gold)), f"on {len(gold)} held-out sentences")
share = sum(a == b for p, g in zip(predicted, gold, strict=True) for a, b in zip(p, g, strict=True)) / sum(map(len, gold))
print(f"share of right tags: {share:.2f}; saying O everywhere: {sum(g.count('O') for g in gold) / sum(map(len, gold)):.2f}")
for one, tags, truth in list(zip(to_tag, predicted, gold, strict=True))[:4]:
    shown = [word if tag == "O" else f"{word}/{tag}" for word, tag in zip(one.first, tags, strict=True)]
    print("right:" if tags == truth else "wrong:", " ".join(shown))

# %% [markdown]
# Now spans: name and text in one sequence, `TokenClassifier` with two outputs, and a cross-entropy whose *classes are positions*: one over starts, one over ends. What comes out goes through your `best_span`.

# %% tags=["demo"]
to_learn, to_answer = few_labels.examples("spans", topics)
seen = few_labels.encode("spans", start.tokenizer, to_learn[:150])

def span_logits(model, asked, rows):
    """Logits (B, T, 2) of some of the examples, as good as -∞ outside the text, where no answer is."""
    batch = asked.batch[rows]
    text = asked.text[rows][:, : batch.ids.shape[1]]
    return model(batch.ids, batch.segments, batch.mask).masked_fill(~text[..., None], -1e4)

def span_loss(step):
    """Both cross-entropies at once: the labels (B, 2) are positions of start and end."""
    rows = torch.tensor(random.Random(step).sample(range(150), 15))
    return F.cross_entropy(span_logits(reader, seen, rows), seen.labels[rows])

torch.manual_seed(0)
reader = TokenClassifier(fresh_bert(), 2)
for part in (reader.bert.pooler, reader.bert.embeddings):
    part.requires_grad_(False)
losses = train(span_loss, reader.train(), steps=50, rate=3e-4)

# %% tags=["demo"]
some_spans = few_labels.encode("spans", start.tokenizer, to_answer[:60])
with torch.no_grad():
    rows = torch.arange(60)
    logits = span_logits(reader.eval(), some_spans, rows)
spans = [best_span(*row.unbind(-1), text[: len(row)], 40) for row, text in zip(logits, some_spans.text, strict=True)]
truth = [tuple(span) for span in some_spans.labels.tolist()]
print(f"{sum(a == b for a, b in zip(spans, truth, strict=True))} of 60 spans exactly right")
for i in range(3):
    print(f"\n{' '.join(to_answer[i].first)}?   {' '.join(to_answer[i].second)}")
    first, last = spans[i]
    answer = start.tokenizer.decode(some_spans.batch.ids[i, first : last + 1].tolist())
    print("  right:" if spans[i] == truth[i] else "  wrong:", answer)

# %% [markdown]
# **Three seeds each**, {{ results.tasks.steps }} steps at 3e-4 except for the head (`python -m data.build 09`):

# %% tags=["demo"]
names = {"from scratch": "scratch", "head": "frozen", "last-2": "last two", "all": "all"}
for task, rows in measured["tasks"]["scores"].items():
    print(f"{task:>6}: " + "   ".join(f"{names[way]} " + " ".join(f"{x:.2f}" for x in row) for way, row in rows.items()))
bars = {
    f"{task}: {names[way]}": rows[way]
    for task, rows in measured["tasks"]["scores"].items()
    for way in ("head", "last-2", "all")
}
show(
    bars_with_spread(bars, "held-out score"),
    caption="Held-out scores with 150 labels by what trains: accuracy for pairs (guessing gives 0.5), F1 for tags, exactly right "
    "for spans. Bars are means, dots are seeds. From scratch (table above) is lower still.",
    alt="Three groups of three bars: pairs, tags, spans. In each the frozen body is lowest and training all layers highest.",
)

# %% [markdown]
# - **Here the frozen body loses, in every seed:** tags {{ results.tasks.scores.tags.head | mean | fixed(2) }} against {{ results.tasks.scores.tags.all | mean | fixed(2) }} with everything trained, pairs
#   {{ results.tasks.scores.pairs.head | mean | fixed(2) }} against {{ results.tasks.scores.pairs.all | mean | fixed(2) }}, spans {{ results.tasks.scores.spans.head | mean | fixed(2) }} against {{ results.tasks.scores.spans.all | mean | fixed(2) }}. It isn't the number of labels, which is the same as before; it is the question. MiniLM's vectors were trained to say what a sentence is *about*, and that
#   is what the packages ask. Whether a word is a name, or whether two texts in one sequence belong together, nobody has asked of them; the body must learn it, and 150 labels can move it there.
# - **The last two layers alone** go a part of the way, and how far depends on the task: tags {{ results.tasks.scores.tags["last-2"] | mean | fixed(2) }}, hardly more than frozen; pairs {{ results.tasks.scores.pairs["last-2"] | mean | fixed(2) }}, spans {{ results.tasks.scores.spans["last-2"] | mean | fixed(2) }}. (Sixty steps at one rate; a higher one might
#   suit them better. We haven't tried.)
# - **Pretraining pays all the same:** from scratch the same steps give {{ results.tasks.scores.tags["from scratch"] | mean | fixed(2) }} for tags, {{ results.tasks.scores.spans["from scratch"] | mean | fixed(2) }} for spans, and for pairs {{ results.tasks.scores.pairs["from scratch"] | mean | fixed(2) }}, which is guessing.
# - **These are no good models yet.** 150 labels and {{ results.tasks.steps }} steps are few, and so are {{ results.tasks.held_out.tags }} to {{ results.tasks.held_out.pairs }} held-out examples: the spread over seeds, {{ results.tasks.scores.spans.all | min | fixed(2) }} to {{ results.tasks.scores.spans.all | max | fixed(2) }} for spans, says how much to believe.
#   (A model that has only learnt where sentences begin and end, and picks one of the three by chance, gets a third of the spans.)
#
# **The rule to keep:** before you choose what trains, ask whether a *linear map of the vectors you have* could know the answer. If so, freeze. If not, no head will help.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Overfitting, seen
#
# A fifth of the labels, and a small network instead of a linear map: 28 vectors. **Predict** both curves.

# %% tags=["demo"]
few = slice(0, 28)
torch.manual_seed(0)
network = nn.Sequential(nn.Linear(known.shape[1], 128), nn.ReLU(), nn.Linear(128, len(PACKAGES)))
held_out_losses = []

def both_losses(step):
    """The loss on the 28; the one on the held-out sentences is only written down."""
    with torch.no_grad():
        held_out_losses.append(F.cross_entropy(network(asked), right).item())
    return F.cross_entropy(network(known[few]), labels[few])

trained_losses = train(both_losses, network, steps=90, rate=5e-3)
show(
    loss_curves({"28 examples": trained_losses, "held out": held_out_losses}, "loss (nats)"),
    caption="The loss on the examples falls to 0; the loss on other sentences has its lowest point early and rises from "
    "there: the network grows ever surer of mistakes.",
    alt="Two curves: one falls to zero, the other falls at first and then rises.",
)
best = min(range(90), key=lambda step: held_out_losses[step])
print(f"lowest held-out loss {held_out_losses[best]:.2f} at step {best}; at the end {held_out_losses[-1]:.2f}")

# %% [markdown]
# What helps, from cheap to dear: **stop** where a held-out set says so (never the one that you report); train **less** of the model; few epochs, with a falling rate; **dropout** and **weight decay**; more data, or augmented data. The paper tried
# 2, 3 and 4 epochs; 3 is a default, no law.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · The same with Hugging Face
#
# | yours | Hugging Face |
# |---|---|
# | `load_pretrained` | `AutoModel….from_pretrained("bert-base-uncased")` |
# | `SequenceClassifier`, `TokenClassifier` | `AutoModelForSequenceClassification`, `…ForTokenClassification`, `…ForQuestionAnswering` |
# | `collate` | `DataCollatorWithPadding`, `DataCollatorForTokenClassification` |
# | `parameter_groups`, `adamw_step`, `linear_schedule` | `TrainingArguments(learning_rate=, weight_decay=, warmup_steps=, lr_scheduler_type="linear")` |
# | the loop | `Trainer(...).train()` |
# | `freeze` | the same two lines: `for p in model.bert.parameters(): p.requires_grad = False` |
#
# **The hub** (huggingface.co) holds models, data sets and their cards; `from_pretrained(name, revision=...)` downloads one and caches it. Read the card (licence, data, what it is bad at) and pin the revision: names are moved. Nothing here needs it: configuration
# and weights are at hand.

# %% tags=["demo"]
import tempfile

import transformers
from transformers import DataCollatorWithPadding, PreTrainedTokenizerFast, Trainer, TrainingArguments

transformers.logging.set_verbosity_error()
s = start.sizes
config = transformers.BertConfig(
    vocab_size=s["vocab_size"],
    hidden_size=s["hidden_size"],
    num_hidden_layers=s["num_layers"],
    num_attention_heads=s["num_heads"],
    intermediate_size=s["intermediate_size"],
    max_position_embeddings=s["max_length"],
    num_labels=len(PACKAGES),
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)

# %% tags=["demo"]
torch.manual_seed(0)
theirs = transformers.BertForSequenceClassification(config)  # online: .from_pretrained(name, num_labels=14)
theirs.bert.load_state_dict({n: w for n, w in start.weights.items() if not n.endswith("position_ids")})
theirs.bert.requires_grad_(False)
torch.nn.ModuleList([theirs.bert.pooler, *theirs.bert.encoder.layer[-2:]]).requires_grad_(True)
tokenizer = PreTrainedTokenizerFast(tokenizer_object=start.tokenizer, pad_token="[PAD]")
data = [{"input_ids": start.encode([x.text], max_length=20).ids[0].tolist(), "label": x.label} for x in examples]
arguments = TrainingArguments(
    tempfile.mkdtemp(), learning_rate=3e-4, num_train_epochs=3, per_device_train_batch_size=15, weight_decay=0.01,
    warmup_steps=3, lr_scheduler_type="linear", use_cpu=True, report_to="none", save_strategy="no", disable_tqdm=True,
)  # fmt: skip
Trainer(theirs, arguments, train_dataset=data, data_collator=DataCollatorWithPadding(tokenizer)).train()

def as_ours(ids, segments, mask):
    """Hugging Face's model, called as yours is."""
    return theirs(input_ids=ids, token_type_ids=segments, attention_mask=mask.long()).logits

theirs.eval()
with torch.no_grad():
    parts = [(as_ours(b.ids, b.segments, b.mask), y) for b, y in minibatches(some, 50, 1, seed=0)]
hits = sum((logits.argmax(1) == y).sum().item() for logits, y in parts)
print(f"Trainer: {hits / len(some):.3f}; yours above: {accuracy(model, some):.3f}")

# %% [markdown]
# The two started from other random heads and saw the batches in another order; compare the gap with the seeds in the table above before you read anything into it. Ten lines instead of your hundred; but now you know which of the ten to doubt when a loss doesn't fall.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Fine-tuning an encoder-decoder
#
# BERT has no decoder and doesn't translate. For translation one fine-tunes a sequence-to-sequence model, such as one of Helsinki-NLP's (Marian architecture: your unit 05, post-norm, with sinusoids; what differs is the activation, Swish instead of ReLU, sines and cosines in two halves instead of alternating, and a bias on the logits). Online it takes three lines:
#
# ```python
# from transformers import MarianMTModel, MarianTokenizer
# tokenizer = MarianTokenizer.from_pretrained("Helsinki-NLP/opus-mt-en-de")
# model = MarianMTModel.from_pretrained("Helsinki-NLP/opus-mt-en-de")
# ```
#
# Offline we take **the same class with random weights, tiny**, and do both halves ourselves: "pretrain" it to turn number words into digits, then fine-tune it, with 150 examples, to say the digits *backwards*. Everything is as above, but for the loss: teacher
# forcing and one cross-entropy per target token (units 02 and 06); give `labels`, and the model shifts them itself. A collator pads them with $-100$: `DataCollatorForSeq2Seq`.

# %% tags=["demo"]
from num2words import num2words

numbers = [str(n) for n in random.Random(0).sample(range(100, 1000), 900)]
spelled = {n: num2words(int(n)).replace("-", " ").replace(",", "").split() for n in numbers}
vocabulary = ["<pad>", "</s>", *"0123456789", *sorted({word for words in spelled.values() for word in words})]
number_of = {word: i for i, word in enumerate(vocabulary)}

def pairs(chosen, backwards):
    """A batch: spelled numbers and their digits, both ended by </s>."""
    rows = [([number_of[w] for w in spelled[n]] + [1], [number_of[d] for d in (n[::-1] if backwards else n)] + [1])
            for n in chosen]  # fmt: skip
    made = collate([{"ids": source, "labels": [0] * len(source)} for source, _ in rows], 0)
    return {"input_ids": made["ids"], "attention_mask": made["mask"].long(), "labels": torch.tensor([y for _, y in rows])}

def tiny_marian():
    """Helsinki-NLP's class, two layers of width 64, random weights."""
    torch.manual_seed(0)
    return transformers.MarianMTModel(transformers.MarianConfig(
        vocab_size=len(vocabulary), d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=128, decoder_ffn_dim=128, max_position_embeddings=32, dropout=0.0,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=1, scale_embedding=True,
    ))  # fmt: skip

def train_marian(translator, chosen, backwards, steps, rate):
    """Train on random batches of 30 with torch's AdamW and your schedule; return the losses."""
    draw, losses = random.Random(1), []
    optimizer = torch.optim.AdamW(translator.parameters(), lr=rate)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * float(linear_schedule(step, steps // 10, steps))
        loss = translator(**pairs(draw.sample(chosen, 30), backwards)).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

pretrained_one, from_scratch = tiny_marian(), tiny_marian()
first = train_marian(pretrained_one, numbers[150:800], backwards=False, steps=300, rate=2e-3)
runs = {
    "fine-tuned": train_marian(pretrained_one, numbers[:150], backwards=True, steps=120, rate=2e-3),
    "from scratch": train_marian(from_scratch, numbers[:150], backwards=True, steps=120, rate=2e-3),
}
print(f"loss of the pretraining: {first[0]:.2f} → {first[-1]:.3f}")

# %% tags=["demo"]
asked_numbers = numbers[800:900]
batch = pairs(asked_numbers, backwards=True)
for name, translator in (("fine-tuned", pretrained_one), ("from scratch", from_scratch)):
    translator.eval()
    with torch.no_grad():
        loss = translator(**batch).loss.item()
        out = translator.generate(batch["input_ids"], attention_mask=batch["attention_mask"], max_new_tokens=6)
    said = ["".join(vocabulary[int(i)] for i in row if 2 <= int(i) < 12) for row in out]
    exact = sum(text == n[::-1] for text, n in zip(said, asked_numbers, strict=True))
    print(f"{name:>12}: held-out loss {loss:.2f}, {exact} of 100 right; {' '.join(spelled[asked_numbers[0]])} → {said[0]}")
show(
    loss_curves(runs, "loss (nats per token)", "step of fine-tuning"),
    caption="The same 150 examples of a new task, from a model that knows number words and from one that doesn't.",
    alt="Two falling curves; the fine-tuned model's is lower.",
)

# %% [markdown]
# **One run, so trust the direction, not the number.** In trials with other seeds the fine-tuned model got between half and all of the hundred right, the fresh one a tenth at most. A hundred questions, 150 examples and one random start leave that much to chance;
# change the seed in `tiny_marian` and see.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · Find the fault
#
# Three heads on the frozen vectors, the same data, steps and rate. One is right, two are broken. **Which, and how?** Decide by the curves alone, and write it down; the cell after that prints how each does on sentences it has not seen.

# %% tags=["demo"]
def with_softmax(head):
    return lambda step: F.cross_entropy(head(known).softmax(-1), labels)

def with_lost_order(head):
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(1))
    return lambda step: F.cross_entropy(head(known), labels[order])

def plainly(head):
    return lambda step: F.cross_entropy(head(known), labels)

curves, heads = {}, {}
for name, way in {"suspect A": with_softmax, "suspect B": with_lost_order, "suspect C": plainly}.items():
    torch.manual_seed(0)
    heads[name] = nn.Linear(known.shape[1], len(PACKAGES))
    curves[name] = train(way(heads[name]), heads[name], steps=150, rate=1e-2)
show(
    loss_curves(curves, "training loss (nats)"),
    caption="Training losses of three heads, of which two are broken.",
    alt="Three curves: B and C fall towards zero, A stops falling well above it.",
)

# %% tags=["demo"]
for name, head in heads.items():
    print(f"{name}: last loss {curves[name][-1]:.2f}, held-out accuracy {(head(asked).argmax(1) == right).float().mean():.2f}")

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* has a softmax before the loss. With 14 labels its loss can't fall below $\log(1 + 13/e) \approx 1.76$, however sure it is (section 4). It may even classify well: the largest logit stays the largest. **A floor in the loss is a symptom.**
#
# *Suspect B* has shuffled the labels against the sentences, as a collator does that sorts one of the two by length. Its training loss falls nicely all the same: {{ results.task.labels }} vectors of width 384 can be learnt by heart with *any* labels (Zhang et al. 2017). Its curve can't be told from that of C, which is right. **Only held-out data knows.**
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · What it can't do yet
#
# The fine-tuned model is as large and as slow as the pretrained one: for every sentence, all layers, all parameters, although you asked for one of 14 packages. Can a model of half the size learn *from this one* what it knows? Unit 10.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | the learning rate is 5e-5, for 3 epochs | these are defaults; the paper tried 5e-5, 3e-5, 2e-5 and 2, 3, 4 epochs, on thousands of examples. Section 8: with 150 they fail |
# | [CLS] is the sentence's vector | only after something trained it to be: next-sentence prediction, or your fine-tuning |
# | concatenate the last four layers of the sentence | of each *token*, over layers; then, for a sentence, the mean over tokens |
# | question answering marks each word of the answer 0 or 1 | a softmax over all starts and one over all ends |
# | named-entity recognition needs a model of its own kind | it is token classification: one linear map on every token |
# | skip connections are why all of BERT can be fine-tuned | they help any deep model to train; what makes few labels suffice is that weights start where pretraining left them |
# | frozen means gradient zero | zero still decays and still has momentum; frozen is `requires_grad = False` |
# | weight decay is L2 regularisation | the same for plain gradient descent, not for Adam: that is what the W is about |
# | BERT translates | it has no decoder; translation is fine-tuned on an encoder-decoder |
# | full fine-tuning is always best, or: with few labels always freeze | it depends on the task. Where the vectors already say what is asked, a frozen body won (topics); where they don't, it lost clearly (pairs, tags, spans) |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 14 · Self-test
#
# The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 15 · Summary on one screen
#
# | piece | formula, rule | shape |
# |---|---|---|
# | loading | rename, compare shapes, refuse what doesn't fit | name → tensor |
# | sentence vector | masked mean of $h^{(L)}$; last four layers per token | `(B, D)`, `(B, 4 D)` |
# | sentence, pair | linear map of the pooled vector | `(B, labels)` |
# | tags | linear map of every $h_t$; label on the first piece, $-100$ elsewhere; F1 over entities | `(B, T, labels)` |
# | span | $\arg\max_{i\le j<i+n} s_i + e_j$ inside the context | two ints |
# | batch | pad to the longest; mask; labels padded with $-100$ | `(B, T)` |
# | freezing | `requires_grad = False`, not a gradient of 0 | |
# | AdamW | $\theta \leftarrow \theta - \eta\,(\hat m/(\sqrt{\hat v} + \varepsilon) + \lambda\theta)$; no decay for biases and norms | |
# | rate | up from 0, down to 0 | factor in $[0, 1]$ |
#
# Few labels, and vectors that already say what you ask: freeze. Vectors that don't, or more labels: thaw. Always: a held-out set, and several seeds.

# %% [markdown]
# ### Further reading, a word on each
#
# - Devlin et al. 2019, [*BERT*](https://arxiv.org/abs/1810.04805): sections 4 and 5.3 and appendix A are this unit.
# - Howard & Ruder 2018, [*Universal language model fine-tuning*](https://arxiv.org/abs/1801.06146): thawing layer by layer, before BERT.
# - Reimers & Gurevych 2019, [*Sentence-BERT*](https://arxiv.org/abs/1908.10084): why a plain BERT's vectors disappoint, and what to do.
# - Wang et al. 2020, [*MiniLM*](https://arxiv.org/abs/2002.10957): where our weights come from, by distillation, which is unit 10.
# - Loshchilov & Hutter 2019, [*Decoupled weight decay regularization*](https://arxiv.org/abs/1711.05101); Kingma & Ba 2015, [*Adam*](https://arxiv.org/abs/1412.6980).
# - Mosbach et al. 2021, [*On the stability of fine-tuning BERT*](https://arxiv.org/abs/2006.04884): why fine-tuning on small data sets is unstable, and that more steps help.
# - Rajpurkar et al. 2016, [*SQuAD*](https://arxiv.org/abs/1606.05250); Tjong Kim Sang & De Meulder 2003, [*CoNLL-2003*](https://aclanthology.org/W03-0419/): the two tasks.
# - Tenney et al. 2019, [*BERT rediscovers the classical NLP pipeline*](https://arxiv.org/abs/1905.05950): what lives in which layer.
# - Zhang et al. 2017, [*Understanding deep learning requires rethinking generalization*](https://arxiv.org/abs/1611.03530): suspect B, at scale.

# %% [markdown]
# ### For the keen
#
# 1. **More labels.** Repeat section 8 with 50, 500 and 1500 labels. Where does training everything overtake the frozen body?
# 2. **Which layer?** Train the linear head on the mean of each of the $L + 1$ hidden states. Is the last one the best?
# 3. **Thaw from the top** (Howard & Ruder 2018): head first, then a layer more in every epoch. Better than `last-2`?
# 4. **Question before text?** Swap the two in the span task (and the segments with them). Does it matter? And what does the score become with `max_answer=3`?
# 5. **Show** that with plain gradient descent decoupled decay and L2 are the same thing, and with Adam are not.
#
# <details><summary>An answer to 5</summary>
#
# Gradient descent: $\theta - \eta(g + \lambda\theta) = (1 - \eta\lambda)\theta - \eta g$, which is both. In Adam, L2 gives $\theta - \eta\,\widehat{m}(g + \lambda\theta)/(\sqrt{\widehat v(g + \lambda\theta)} + \varepsilon)$: the decay is divided by the size of the gradient, so that
# where gradients are large there is nearly none.
#
# </details>
