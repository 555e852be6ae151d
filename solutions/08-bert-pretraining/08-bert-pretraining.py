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
# # 08 · Pretraining BERT
#
# **At the end you can** cut words into WordPieces, hide tokens so that a model has something to guess, build BERT from your own encoder (with copied weights it gives
# Hugging Face's numbers), count the parameters of BERT-base and BERT-large exactly, pretrain a small one on plain text in a minute, and say what such a model knows and doesn't.
#
# **You need** unit 05 (`Encoder`, `FeedForward`) and with it unit 04. Your own components are used if you have them.
#
# **Time:** about five hours, best in three sittings: sections 1 to 5 (exercises 1 to 3, 35 min of exercises), 6 to 8 (exercises 4 to 9, 1 h 30 min), and 9 to 13 (no exercises, but three
# experiments to predict). The exercises' minutes add up to 2 h 5 min, reading and derivations take about 1 h 30 min, training, experiments, debugging and self-test about 1 h 30 min. An estimate of the authors, not a
# measurement on students.
#
# **One sentence to keep:** hide a part of any text and ask for it, and the text becomes its own teacher: whoever can fill the gaps must have learned what stands around them.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T$, $V$ | sequences in a batch, positions, size of the vocabulary |
# | $D$, $H$, $D_\text{ff}$, $L$ | width of the vectors (`hidden_size`), heads, width inside the feed-forward block (`intermediate_size`), layers |
# | $x_i$ | the token at position $i$; $h_i$ is the last layer's vector there, $e_v$ the embedding of token $v$ |
# | $r$ | the share of tokens chosen to be guessed: 0.15 |
#
# Shapes are batch first, token ids are `int64`, and in a mask **True means "a real token, may be attended to"**. *Masking* has two meanings in this unit; section 6 keeps them apart.

# %% given="setup"
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check
from mine import Encoder

# %% tags=["demo"]
import random
from functools import lru_cache

from tqdm.auto import tqdm

from data import source_code, word_pieces
from data.pretraining import Recipe, Sizes, load_into, start_small
from data.source_code import words
from data.tables import results
from data.threads import one_thread
from figures.fill_in_explorer import Filled, fill_in_explorer
from figures.pretraining import LiveFigure, fates, questions, two_tasks
from figures.style import show
from figures.training import loss_curves

torch.manual_seed(0)
measured = results("08")  # `python -m data.build 08` measures again

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# Unit 07's model reads from left to right, because the next word must not be seen. But what stands in the blank of `for i in ___(10):` is decided by *both* sides. And
# whoever wants a classifier has a few hundred labelled texts, while unlabelled text lies about by the gigabyte. **How can a model that sees both sides learn
# from text that nobody has labelled, without the answer lying open before it?**
#
# **The picture to keep**: a model that only reads (an encoder), a text with holes, and two questions.

# %% tags=["demo"]
example = "[CLS] def half ( n ) : [SEP] return [MASK] / 2 [SEP]".split()
show(
    questions(example, [0] * 8 + [1] * 5, {0: "does the second part\nfollow the first? yes", 9: "n"}),
    caption="BERT in pretraining. Each position gets the sum of three embeddings: which token, which of the two "
    "parts (A or B), which position. The encoder lets each position see all others. Two questions are asked: the "
    "hidden token, at its own position, and whether B follows A, at [CLS].",
    alt="A row of tokens from [CLS] to the last [SEP], each with a segment A or B and a position number below. "
    "Arrows lead up into a box, the encoder. Above it, an arrow from [CLS] to 'does the second part follow the "
    "first? yes' and one from [MASK] to 'n'.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Self-supervision, and BERT's answer
#
# A **supervised** task needs somebody who labels. A **self-supervised** one takes its labels from the data: hide something, ask for it. Unit 07 hid the future; the
# gap-filling test is older than computers that could take it (Taylor 1953 called it *cloze*). Training on such a task, on as much plain text as one has, is **pretraining**. What one
# really wants (a class, an answer, an entity) is learned afterwards from few labels: that is fine-tuning, unit 09.
#
# **BERT** (Devlin et al. 2019: *Bidirectional Encoder Representations from Transformers*) is
#
# - the **encoder** of unit 05 and nothing else: no decoder, no cross-attention, no causal mask. It *reads*; it neither translates nor writes;
# - **post-norm**, as in the Transformer's paper, with GELU instead of ReLU and *learned* positions, at most 512 of them;
# - trained on two questions: **masked language modelling** (MLM) and **next-sentence prediction** (NSP).
#
# | | layers $L$ | width $D$ | heads $H$ | $D_\text{ff}$ | parameters | commonly rounded to |
# |---|---|---|---|---|---|---|
# | base | 12 | 768 | 12 | 3,072 | 109,482,240 | 110 million |
# | large | 24 | 1,024 | 16 | 4,096 | 335,141,888 | 340 million |
# | **ours** | 2 | 128 | 4 | 512 | {{ results.parameters }}, heads included | |
#
# The real one read 3.3 billion words about 40 times, four days on 16 TPU chips (base). **Ours learns in minutes what it can**, from a text that you have already: the source code of Python's
# standard library. Code repeats itself more than prose does, so even a small model gets somewhere.

# %% tags=["demo"]
functions = source_code.functions()  # every function of the standard library, docstrings removed, none twice
to_train = [function for function in functions if not function.held_out]  # one file in ten is held out
held_out = source_code.held_out()  # the same for everybody: it ships with the course
print(f"{len(functions):,} functions, {sum(len(f.source) for f in functions):,} characters on this Python")
print(f"{len(to_train):,} to train on; {len(held_out):,} functions of {len({f.file for f in held_out})} files held out\n")
sample = next(function for function in held_out if function.name == "Random.randrange")
print("\n   --- next sentence ---\n".join(sample.sentences[:3]))

# %% [markdown]
# A **document** is a function. A **sentence** is a few lines of it, as many as fit in 24 words. That is BERT's own use of the word: "an arbitrary span of contiguous text",
# not a sentence of grammar. Whole *files* are held out: two functions of one file resemble each other too much.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Between letters and words: WordPiece
#
# Units 02 to 06 had one id for each word. In real text that fails: there are always words that training hasn't seen (`randrange`, `unaffable`), and a table of all words is huge. Letters have neither
# fault, but make sequences long and meaning far away. **WordPiece** (Schuster & Nakajima 2012; Wu et al. 2016) lies between: frequent words stay whole, rare ones are cut into
# pieces that are frequent. A piece that *continues* a word is written with `##` in front, so `able` the word and `##able` the ending are two different tokens.
#
# **Two programs, not one.** *Learning* the vocabulary happens once: begin with the letters, merge a pair that promises most, again and again until there are $V$ pieces. The library
# `tokenizers` does it in seconds. *Using* it is what you build: **take the longest piece that the word begins with, then go on with the rest.**
#
# **By hand.** Vocabulary `un`, `##a`, `##aff`, `##able`, `##ab`; word `unaffable`. The longest beginning is `un`. What is left, `affable`, begins with `##a` and with `##aff`: take the longer.
# Left is `able`: `##able` beats `##ab`. Result: `un ##aff ##able`.
#
# Greedy is fast, but it never takes anything back. With `ab`, `abc`, `##cd` in the vocabulary, `abcd` becomes `abc` + ? and fails, though `ab ##cd` would do. Then the **whole word** is `[UNK]`: half
# a word would be worse than none. (In practice all single letters are in the vocabulary, so only strange characters fail.)

# %% [markdown]
# ### Exercise 1 · `wordpiece` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the greedy cutting of *one* word (Wu et al. 2016, section 4.1; Devlin et al. 2019, section 3).
#
# **In and out.** `word`: a string without white space. `vocabulary`: anything that answers `piece in vocabulary`. Out: a list of strings, or `[unknown]` if any part of the word can't be
# matched. No library that does it.
#
# **Example.** `wordpiece("unaffable", {"un", "##a", "##aff", "##able", "##ab"})` → `["un", "##aff", "##able"]`; `wordpiece("unfair", …)` with the same vocabulary → `["[UNK]"]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Two numbers say where you are: where the current piece starts, and where it might end. Which of them moves while you look for the longest piece, and in which direction?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Try the ends from `len(word)` downwards and stop at the first hit. Python's `for … else` runs its `else` exactly when no `break` has happened: when nothing matched.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **single letters:** you take the *shortest* match. Search from the long end.
# - **`["un", "aff", "able"]`, or `[UNK]` for nearly every long word:** from the second piece on, `##` belongs in front *before* you look it up.
# - **`["un", "[UNK]"]`:** one part that fails makes the whole word unknown.
#
# </details>

# %% exercise="wordpiece"
def wordpiece(word, vocabulary, unknown="[UNK]"):
    """Cut a word into the longest pieces of a vocabulary, from left to right (Wu et al. 2016, section 4.1).

    word: str; vocabulary: supports `in`; pieces that continue a word begin with ##. Returns a list of str; [unknown] if
    any part can't be matched.
    """
    ### BEGIN SOLUTION
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        for end in range(len(word), start, -1):
            if prefix + word[start:end] in vocabulary:
                break
        else:
            return [unknown]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces
    ### END SOLUTION

# %% check="wordpiece"
check("wordpiece")

# %% [markdown]
# **The library beside yours.** `tokenizers` learns a vocabulary of 4,000 pieces from the training functions; then both cut the held-out ones. (It cuts the same, so what follows
# uses yours, with the vocabulary that ships with the course: learning breaks ties at random, and everybody's checkpoint needs the same ids.)

# %% tags=["demo"]
try:
    learned = word_pieces.train(function.source for function in to_train)
except ImportError:
    print("`tokenizers` is not installed: pip install tokenizers. The rest of the unit does without.")
else:
    vocabulary_now = learned.get_vocab()
    seen = sorted({word for function in held_out for word in words(function.source)})
    differ = [word for word in seen if wordpiece(word, vocabulary_now) != learned.encode(word).tokens]
    print(f"{len(seen):,} different held-out words, cut differently: {len(differ)} {differ[:5]}")

# %% tags=["demo"]
vocabulary = word_pieces.vocabulary()  # piece → id
pieces_of = lru_cache(maxsize=None)(lambda word: tuple(wordpiece(word, vocabulary)))
PAD, UNK, CLS, SEP, MASK = (vocabulary[name] for name in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"))
names = list(vocabulary)  # id → piece


def encode(text):
    """Text to ids: words by white space and punctuation, pieces by your wordpiece."""
    return [vocabulary[piece] for word in words(text) for piece in pieces_of(word)]


documents = [[encode(sentence) for sentence in function.sentences] for function in to_train]
held_out_documents = [[encode(sentence) for sentence in function.sentences] for function in held_out]
tokens = sum(len(sentence) for document in documents for sentence in document)
print(f"{tokens:,} tokens to train on, {len(vocabulary):,} different ones possible")
print("randrange →", pieces_of("randrange"), "  unaffable →", pieces_of("unaffable"), "  π →", pieces_of("π"))
print(" ".join(names[id_] for id_ in encode(sample.sentences[0])))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · One sequence for two sentences: [CLS] and [SEP]
#
# An encoder reads *one* sequence. BERT packs two sentences $a$ and $b$ into one, and any task for one or two texts fits in that form:
#
# | position | 0 | | | | | | |
# |---|---|---|---|---|---|---|---|
# | token | `[CLS]` | $a_1$ | … | `[SEP]` | $b_1$ | … | `[SEP]` |
# | segment | 0 | 0 | 0 | 0 | 1 | 1 | 1 |
#
# - **`[SEP]`** ends a sentence. It belongs to the sentence that it ends, so the last one has segment 1.
# - **`[CLS]`** stands for no word. It is a place to answer a question *about the whole*: having no content of its own, its vector can collect from all others. It becomes a summary only
#   because a loss asks it for one. Before that, it is just another position.
# - **Too long?** Take one token after the other from the end of whichever sentence is *longer at the moment*; so a short one keeps all it has. On a tie the second loses.
#
# **By hand.** $a$ of 5 tokens, $b$ of 3, `max_length` 9. Three places are gone for `[CLS]` and two `[SEP]`: room for 6. $5+3 = 8$: $a$ loses one (4+3), is still longer, loses one more (3+3 = 6). Done.

# %% [markdown]
# ### Exercise 2 · `pack_pair` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the packing (Devlin et al. 2019, figure 2).
#
# **In and out.** `first`, `second`: lists of ids; `second` may be `None`, then there is one sentence, one `[SEP]`, and only segment 0. Out: `(ids, segments)`, two lists of the same length,
# at most `max_length`. Leave the lists that you were given as they are.
#
# **Example.** `pack_pair([5, 6], [7], cls_id=1, sep_id=2, max_length=10)` → `([1, 5, 6, 2, 7, 2], [0, 0, 0, 0, 1, 1])`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# How many places are left for words, with a second sentence and without? What must be true for the loop that shortens to go on?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `first, second = list(first), list(second)` gives you copies that you may shorten with `pop()`. A `while` with one `if` inside does the rest.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **segments that are one off:** the first `[SEP]` is segment 0, the last is segment 1.
# - **too many ids:** the special tokens need room, too: 3 for a pair, 2 for a single sentence.
# - **a short second sentence that gets cut:** compare the two lengths before every single step.
#
# </details>

# %% exercise="pack_pair"
def pack_pair(first, second, cls_id, sep_id, max_length):
    """Pack one or two sentences into one sequence: [CLS] first [SEP] second [SEP] (Devlin et al. 2019, figure 2).

    first: list of ids; second: list of ids, or None. What doesn't fit into max_length is taken, token by token, from the
    end of the longer one; on a tie from the second. Returns (ids, segments), two lists.
    """
    ### BEGIN SOLUTION
    first, second = list(first), None if second is None else list(second)
    if second is None:
        first = first[: max_length - 2]
        return [cls_id, *first, sep_id], [0] * (len(first) + 2)
    while len(first) + len(second) > max_length - 3:
        (first if len(first) > len(second) else second).pop()
    ids = [cls_id, *first, sep_id, *second, sep_id]
    return ids, [0] * (len(first) + 2) + [1] * (len(second) + 1)
    ### END SOLUTION

# %% check="pack_pair"
check("pack_pair")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Three embeddings, added
#
# What goes into the encoder is, at each position, $\mathrm{LN}\big(e_\text{token} + e_\text{position} + e_\text{segment}\big)$: three tables, three lookups, one sum, one norm.
#
# - **Segment** (0 or 1) tells the two sentences apart. `[SEP]` alone would do in principle, but then every layer would have to find out on which side of it a position lies.
# - **Position** is learned here, a table of 512 rows, not unit 03's sinusoids. So **512 is a hard maximum**: there is no row for position 512. Shorter is always fine.
# - No factor $\sqrt D$ as in unit 05: the norm behind the sum sets the length anyway.
#
# **Doesn't adding mix things up?** Write the three facts as one long vector $u$ of zeros and three ones: a one for the token, one for the position, one for the segment. Then the sum is $u\,W$,
# with the three tables stacked on top of each other as $W$. Adding embeddings *is* a linear map of the concatenated facts: with room in $D$ dimensions, later layers can take them apart again.

# %% [markdown]
# ### Exercise 3 · `BertEmbeddings` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the sum (Devlin et al. 2019, figure 2). **Names:** `token`, `position`, `segment`, all `nn.Embedding`; `norm`, an `nn.LayerNorm` with `eps=1e-12` (BERT's. With tables of
# standard deviation 0.02 the sum has a variance of about 0.001, beside which PyTorch's default of $10^{-5}$ would show).
#
# **Shapes.** `forward(ids, segments)`: both `(B, T)`, int64; out `(B, T, D)`. Dropout, where there is any, comes after the norm.
#
# **Example.** `BertEmbeddings(100, 16, 8)` has $8 \cdot (100 + 16 + 2) + 2\cdot 8 = 960$ parameters.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Nobody hands you positions. Of which tensor do they depend, and on which device must they be?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `torch.arange(T, device=ids.device)` looks up `(T, D)`, which broadcasts over the batch.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **outputs three times as wide:** the embeddings are added, not concatenated.
# - **a result that segments don't change:** the third table is built but not used.
# - **rows whose mean is not 0:** the norm is missing, or comes before the sum is complete.
#
# </details>

# %% exercise="BertEmbeddings"
class BertEmbeddings(nn.Module):
    """The sum of token, position and segment embeddings, normalised (Devlin et al. 2019, figure 2).

    Sub-modules: token, position, segment: nn.Embedding; norm: nn.LayerNorm with eps 1e-12.
    """

    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        """vocab_size V, max_length, num_segments: rows of the three tables; d_model: width D."""
        super().__init__()
        ### BEGIN SOLUTION
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.segment = nn.Embedding(num_segments, d_model)
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        ### END SOLUTION

    def forward(self, ids, segments):
        """ids, segments: (B, T), int64. Returns (B, T, D)."""
        ### BEGIN SOLUTION
        positions = torch.arange(ids.size(1), device=ids.device)  # (T,)
        x = self.token(ids) + self.position(positions) + self.segment(segments)  # (B, T, D)
        return self.dropout(self.norm(x))
        ### END SOLUTION

# %% check="BertEmbeddings"
check("BertEmbeddings")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The first question: masked language modelling
#
# A model that sees both sides can't be asked for the next word: it sees it. So **hide** some tokens and ask for those. Each token that is not special is chosen with probability $r = 0.15$,
# independently of the others. Of the *chosen* ones
#
# - **80 %** become `[MASK]`,
# - **10 %** become a random token of the whole vocabulary,
# - **10 %** stay as they are.
#
# Only the chosen tokens are scored; the label of all others is $-100$, which PyTorch's cross-entropy ignores. `[CLS]`, `[SEP]` and padding are never chosen.
#
# **Why not always `[MASK]`?** Because at fine-tuning there is no `[MASK]`. A model that is asked only about `[MASK]` positions may treat all other vectors carelessly: nothing depends on them but the
# neighbours' answers. With 80/10/10, *any* token may be asked about, and may be wrong. How often? Take 1,000 tokens: 150 chosen, 120 of them `[MASK]`. Of the 880 that look ordinary, 15 are random and 15
# stayed though chosen. So an ordinary-looking token is asked about with probability $30/880 \approx 3.4\,\%$ and is wrong with $15/880 \approx 1.7\,\%$: rare enough to trust the text, often enough to keep checking it.
#
# **Why 15 %?** Too little, and a text teaches little: the number of answers is $r$ per token read. Too much, and nothing is left to tell from: the chance that *both* neighbours of a hidden token are still the
# true ones is $(1 - 0.9\,r)^2$, which is 0.75 for $r = 0.15$, 0.30 for $r = 0.5$ and 0.08 for $r = 0.8$. Where the balance lies is a matter of measurement: Wettig et al. (2023) found that models of
# BERT-large's size do better with 40 %, and that even 80 % leaves a useful model.
#
# **Not to be confused:** an *attention mask* (unit 04) decides who may look at whom, and is the same before and after. *Masking words* changes the input. A `[MASK]` is a token like any other: it is attended to,
# and it attends.

# %% [markdown]
# ### Exercise 4 · `mask_tokens` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** the corruption (Devlin et al. 2019, section 3.1, "Task #1", and appendix A.1).
#
# **Shapes.** `ids (B, T)` int64; `special (B, T)` bool, True where nothing may be chosen; out `(corrupted, labels)`, both `(B, T)` int64. Draw with `generator` only, and don't write into `ids`. A random
# token is one of *all* `vocab_size` ids, the right one included.
#
# **Example.** With 1,000,000 ordinary tokens about 150,000 labels are not $-100$; there, about 120,000 of `corrupted` are `mask_id`, 15,000 random and 15,000 unchanged.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# "80, 10, 10" of *what*? And can one token be both in the 80 and in a 10? How many independent random numbers does each token need for its fate?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# One `torch.rand` for the choice, *one* for the fate: below 0.8, between 0.8 and 0.9, above. `torch.where(condition, a, b)` makes new tensors and so leaves `ids` alone.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **too few random tokens:** two independent draws for the two fates overlap: the mask overwrites some. Use one draw and two limits.
# - **10 % of *all* tokens random:** the fate concerns chosen tokens only.
# - **labels that are `mask_id`:** they must come from `ids`, not from what you have changed.
# - **a complaint about the generator:** pass `generator=generator` to `torch.rand` *and* `torch.randint`.
#
# </details>

# %% exercise="mask_tokens"
def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    """Choose tokens to be guessed, and hide them: 80 % [MASK], 10 % random, 10 % kept (Devlin et al. 2019, A.1).

    ids: (B, T) int64; special: (B, T) bool, True where nothing may be chosen; generator: torch.Generator.
    Returns (corrupted, labels), both (B, T) int64, labels -100 where not chosen.
    """
    ### BEGIN SOLUTION
    chosen = (torch.rand(ids.shape, generator=generator, device=ids.device) < rate) & ~special  # (B, T)
    fate = torch.rand(ids.shape, generator=generator, device=ids.device)
    anything = torch.randint(vocab_size, ids.shape, generator=generator, device=ids.device)
    corrupted = torch.where(chosen & (fate < 0.8), mask_id, ids)
    corrupted = torch.where(chosen & (fate >= 0.8) & (fate < 0.9), anything, corrupted)
    return corrupted, torch.where(chosen, ids, -100)
    ### END SOLUTION

# %% check="mask_tokens"
check("mask_tokens")

# %% [markdown]
# Look at it: a few held-out lines, hidden by your function.

# %% tags=["demo"]
rows = [sentence[:22] for document in held_out_documents[100:140] for sentence in document if len(sentence) >= 22][:9]
ids = torch.tensor(rows)
corrupted, labels = mask_tokens(
    ids, torch.zeros_like(ids, dtype=torch.bool), len(names), MASK, torch.Generator().manual_seed(4)
)
kinds = torch.where(labels == -100, 0, torch.where(corrupted == MASK, 1, torch.where(corrupted == ids, 3, 2)))
show(
    fates([[names[id_] for id_ in row] for row in corrupted.tolist()], kinds.tolist()),
    caption="Nine lines of code as the model gets to see them. About one token in seven is chosen; most of these are "
    "hidden, a few replaced (red), a few left as they were (blue). The model isn't told which the red and blue ones are.",
    alt="Nine rows of 22 boxes with tokens. Most are white. About 30 are hatched and say [MASK], a few are red with a "
    "token that doesn't fit, a few are blue.",
)
many = torch.randint(5, 4000, (1000, 1000), generator=torch.Generator().manual_seed(0))
hidden, asked = mask_tokens(
    many, torch.zeros_like(many, dtype=torch.bool), 4000, MASK, torch.Generator().manual_seed(1)
)
chosen = asked != -100
masked, kept = (hidden == MASK)[chosen].float().mean(), (hidden == many)[chosen].float().mean()
print(
    f"a million tokens: {chosen.float().mean():.3f} chosen; of these {masked:.3f} [MASK], {kept:.3f} kept, "
    f"{1 - masked - kept:.3f} replaced"
)
for rate in (0.15, 0.5, 0.8):
    hidden, asked = mask_tokens(
        many, torch.zeros_like(many, dtype=torch.bool), 4000, MASK, torch.Generator().manual_seed(1), rate
    )
    intact, scored = hidden == many, (asked != -100)[:, 1:-1]
    both = (intact[:, :-2] & intact[:, 2:])[scored].float().mean()
    print(f"r = {rate:4}: both neighbours of a chosen token intact: {both:.2f}   by hand: {(1 - 0.9 * rate) ** 2:.2f}")

# %% [markdown]
# ### Exercise 5 · `masked_lm_loss` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the loss: the mean of $-\log p(\text{right token})$ over the positions whose label is not $-100$ (Devlin et al. 2019, section 3.1).
#
# **Shapes.** `logits (B, T, V)`, `labels (B, T)`; out a 0-d tensor. **When nothing was chosen** the mean of nothing would be NaN, and one NaN in a gradient ruins all weights. Return 0 then, but a 0 that hangs on the graph:
# `backward()` must work and give gradients of 0.
#
# **Example.** Labels `[[-100, 3]]` and logits all 0 over $V = 4$ give $\ln 4 = 1.386$, whatever stands at the first position.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `F.cross_entropy` has an argument for labels to be ignored, and its default is just the number used here. What does it divide by when all are ignored?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Ask for the *sum* (`reduction="sum"`) and divide by the count yourself, but by at least 1.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **NaN:** division by a count of 0; see hint 2.
# - **a loss that is too small:** you divide by all $B\,T$ positions.
# - **"does not require grad":** a fresh `torch.tensor(0.0)` hangs on nothing. Let the zero be computed from the logits.
#
# </details>

# %% exercise="masked_lm_loss"
def masked_lm_loss(logits, labels):
    """Mean cross-entropy over the positions whose label is not -100; 0 where there is none (Devlin et al. 2019, 3.1).

    logits: (B, T, V); labels: (B, T) int64. Returns a 0-d tensor that is attached to the graph of logits.
    """
    ### BEGIN SOLUTION
    total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum")
    return total / (labels != -100).sum().clamp(min=1)
    ### END SOLUTION

# %% check="masked_lm_loss"
check("masked_lm_loss")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · The second question: does $b$ follow $a$?
#
# Many tasks concern *two* texts: does one answer the other, does it contradict it? MLM asks about words; nothing makes the model compare two texts. So BERT gets a second question, a **yes-or-no**
# one: half of the time $b$ is the sentence after $a$, half of the time one from *another document*. The answer is read off `[CLS]`.
#
# - **Half and half**, or the loss could be lowered by always saying the more frequent answer. Guessing costs $\ln 2 = 0.693$ nats.
# - **From another document**, not just another place: a random sentence of the same function might be a good continuation, too.
# - **Is it any use?** The paper found so; RoBERTa (Liu et al. 2019) trained without it and lost nothing; ALBERT (Lan et al. 2020) asks for the *order* of two neighbours instead, since a different topic gives a false pair
#   away. We keep it: it is what makes `[CLS]` more than an empty place before fine-tuning, and you should know what it does.

# %% [markdown]
# ### Exercise 6 · `next_sentence_pairs` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the pairs (Devlin et al. 2019, section 3.1, "Task #2").
#
# **In and out.** `documents`: a list of lists of sentences (whatever a sentence is; don't look inside), some perhaps empty, at least two not. Out: a list of `(a, b, is_next)`, one for each two neighbours $a$, $a'$ of a document:
# with probability ½ $b$ is $a'$ and `is_next` is `True`, else $b$ is any sentence of *another* document and `is_next` is `False`. All chance comes from `generator`, a `torch.Generator`.
#
# **Example.** `[["p", "q", "r"], ["s"]]` gives two pairs: `("p", "q", True)` or `("p", "s", False)`, and `("q", "r", True)` or `("q", "s", False)`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# If you draw any document and find that it is the same one, or empty, what then? Which documents are allowed for document number $n$?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `torch.randint(len(others), (1,), generator=generator).item()` draws an index. To draw among all but number $n$: draw one less, and add 1 if the result is at least $n$.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an `IndexError`:** an empty document was drawn; leave those out before you draw.
# - **a false $b$ that stands in the same document:** documents may be equal as lists and yet be different ones. Compare numbers, not contents.
# - **the right pairs, other way round:** `is_next` says that $b$ *does* follow.
#
# </details>

# %% exercise="next_sentence_pairs"
def next_sentence_pairs(documents, generator):
    """Pair each sentence with the next one or with one of another document, half and half (Devlin et al. 2019, 3.1).

    documents: list of lists of sentences, at least two of them not empty; generator: torch.Generator.
    Returns a list of (a, b, is_next), one for each two neighbours.
    """
    ### BEGIN SOLUTION
    documents = [document for document in documents if document]

    def draw(count):
        return int(torch.randint(count, (1,), generator=generator))

    pairs = []
    for n, document in enumerate(documents):
        for a, following in zip(document, document[1:], strict=False):
            if draw(2):
                pairs.append((a, following, True))
                continue
            other = draw(len(documents) - 1)
            other = documents[other + (other >= n)]  # any but number n
            pairs.append((a, other[draw(len(other))], False))
    return pairs
    ### END SOLUTION

# %% check="next_sentence_pairs"
check("next_sentence_pairs")

# %% tags=["demo"]
pairs = next_sentence_pairs(held_out_documents, torch.Generator().manual_seed(2))
print(f"{len(pairs):,} pairs of held-out sentences, {sum(is_next for *_, is_next in pairs) / len(pairs):.1%} true\n")
for a, b, is_next in pairs[700:704]:
    print(" ".join(names[id_] for id_ in a)[:90], "\n   →", " ".join(names[id_] for id_ in b)[:90], "\n   ", is_next)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · The model
#
# You have all parts: embeddings, unit 05's `Encoder` (post-norm, GELU), and for the second question a **pooler**: $\tanh(W h_0 + b)$ of the vector at `[CLS]`.
#
# **GELU** (Hendrycks & Gimpel 2016) is $x\,\Phi(x)$, with $\Phi$ the distribution function of the normal distribution: a ReLU with a soft bend. By hand: $\mathrm{GELU}(1) = 1 \cdot 0.841$, $\mathrm{GELU}(-1) = -0.159$ where ReLU says 0.
# There is an approximation with tanh; BERT's is the exact one, `F.gelu` as it is.

# %% given="config"
@dataclass
class BertConfig:
    """The sizes of a BERT: vocabulary V, width D, layers L, heads H, width D_ff inside the feed-forward block, ..."""

    vocab_size: int
    hidden_size: int
    num_layers: int
    num_heads: int
    intermediate_size: int
    max_length: int = 512
    num_segments: int = 2
    dropout: float = 0.0

# %% [markdown]
# ### Exercise 7 · `BertModel` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** BERT without its heads (Devlin et al. 2019, section 3). **Names:** `config` (keep it), `embeddings: BertEmbeddings`, `encoder: Encoder`, `pooler: nn.Linear(D, D)`.
#
# **Shapes.** `forward(ids, segments, mask)`: all `(B, T)`; `mask` is True at real tokens. Out: `(hidden (B, T, D), pooled (B, D))`.
#
# **Example.** `BertModel(BertConfig(100, 16, 2, 4, 32))` returns shapes `(3, 7, 16)` and `(3, 16)` for inputs `(3, 7)`. What stands where `mask` is False changes nothing at real positions.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Your `Encoder` takes a mask that broadcasts to `(B, H, T, T)`. Where do the two missing axes of `(B, T)` go: which axis are the keys?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `Encoder(..., pre_norm=False, activation=F.gelu, norm_eps=1e-12)`, called with `mask[:, None, None]`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **nearly the right numbers:** ReLU instead of GELU, or norms with the default `eps`: the encoder's, too.
# - **padding that matters:** the mask has not arrived, or the axes hide queries instead of keys.
# - **a `pooled` outside of $\pm 1$:** its tanh is missing. And it is *one* position's vector, not a mean.
#
# </details>

# %% exercise="BertModel"
class BertModel(nn.Module):
    """BERT without heads: embeddings, a post-norm encoder with GELU, a pooler on [CLS] (Devlin et al. 2019, section 3).

    Sub-modules: embeddings: BertEmbeddings; encoder: Encoder; pooler: nn.Linear. Attribute: config.
    """

    def __init__(self, config):
        """config: a BertConfig."""
        super().__init__()
        ### BEGIN SOLUTION
        self.config = config
        width = config.hidden_size
        self.embeddings = BertEmbeddings(
            config.vocab_size, config.max_length, width, config.dropout, config.num_segments
        )
        self.encoder = Encoder(
            config.num_layers,
            width,
            config.num_heads,
            config.intermediate_size,
            config.dropout,
            pre_norm=False,
            activation=F.gelu,
            norm_eps=1e-12,
        )
        self.pooler = nn.Linear(width, width)
        ### END SOLUTION

    def forward(self, ids, segments, mask):
        """ids, segments: (B, T) int64; mask: (B, T) bool, True = real token. Returns hidden (B, T, D), pooled (B, D)."""
        ### BEGIN SOLUTION
        x = self.embeddings(ids, segments)  # (B, T, D)
        hidden = self.encoder(x, mask[:, None, None])  # (B, T, D)
        return hidden, self.pooler(hidden[:, 0]).tanh()
        ### END SOLUTION

# %% check="BertModel"
check("BertModel")

# %% [markdown]
# Units 09 and 10 want to look between the layers. For them, this is given; it needs only the names above:

# %% given="hidden-states"
def all_hidden_states(bert, ids, segments, mask):
    """Return the L+1 vectors of every position: the embeddings, then what each layer makes of them.

    ids, segments, mask: (B, T), as for BertModel. Returns a tuple of L+1 tensors (B, T, D); the last is bert's hidden.
    """
    states = [bert.embeddings(ids, segments)]
    for layer in bert.encoder.layers:
        states.append(layer(states[-1], mask[:, None, None]))  # (B, T, D)
    return tuple(states)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The judge is Hugging Face
#
# A randomly initialised `transformers.BertModel`, its weights copied into yours, module by module. (No download: a fresh model needs a configuration only. In unit 09 you load trained ones.)

# %% tags=["demo"]
@torch.no_grad()
def copy_from(theirs, yours):
    """Copy the weights of a Hugging Face BertModel into yours."""
    pairs = [
        (theirs.embeddings.word_embeddings, yours.embeddings.token),
        (theirs.embeddings.position_embeddings, yours.embeddings.position),
        (theirs.embeddings.token_type_embeddings, yours.embeddings.segment),
        (theirs.embeddings.LayerNorm, yours.embeddings.norm),
        (theirs.pooler.dense, yours.pooler),
    ]
    for old, new in zip(theirs.encoder.layer, yours.encoder.layers, strict=True):
        own = old.attention.self
        pairs += zip((own.query, own.key, own.value), (getattr(new.self_attention, f"{n}_proj") for n in "qkv"))
        pairs += [(old.attention.output.dense, new.self_attention.out_proj), (old.attention.output.LayerNorm, new.norm1)]
        pairs += [(old.intermediate.dense, new.feed_forward.linear1), (old.output.dense, new.feed_forward.linear2)]
        pairs += [(old.output.LayerNorm, new.norm2)]
    for origin, target in pairs:
        target.load_state_dict(origin.state_dict())


try:
    import transformers
except ImportError:
    print("`transformers` is not installed: pip install transformers. Nothing else in this unit needs it.")
else:
    theirs = transformers.BertModel(
        transformers.BertConfig(
            vocab_size=500, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=256
        )
    ).eval()
    yours = BertModel(BertConfig(500, 64, 3, 4, 256)).eval()
    copy_from(theirs, yours)
    ids, segments = torch.randint(500, (2, 12)), torch.tensor([[0] * 7 + [1] * 5] * 2)
    mask = torch.arange(12) < torch.tensor([[12], [8]])
    with torch.no_grad():
        expected = theirs(ids, attention_mask=mask.long(), token_type_ids=segments)
        hidden, pooled = yours(ids, segments, mask)
    gap = (hidden - expected.last_hidden_state)[mask].abs().max(), (pooled - expected.pooler_output).abs().max()
    print(f"largest difference to Hugging Face's: hidden {gap[0]:.0e}, pooled {gap[1]:.0e}")

# %% [markdown]
# ### Two heads
#
# **Masked LM:** a small transformation, then a score for every token of the vocabulary:
#
# $$z = \mathrm{LN}\big(\mathrm{GELU}(W h_i + b)\big), \qquad \text{logit}_v = e_v \cdot z + \beta_v .$$
#
# The score is unit 02's dot product as similarity: *how much does what is expected here resemble token $v$?* The $e_v$ are **the embeddings themselves**: the decoder is tied to them. That saves $V D$ parameters (for BERT-base, 23 million), and whatever is
# learned about a token as an answer is learned about it as an input. Only the bias $\beta$ is new.
#
# **Next sentence:** one linear map of `pooled` to two numbers, 0 = "doesn't follow", 1 = "follows". (Hugging Face numbers them the other way round; it is only a convention.)

# %% [markdown]
# ### Exercise 8 · `PretrainingHeads` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** both (Devlin et al. 2019, section 3.1 and its published code). **Names:** `transform: nn.Linear(D, D)`, `norm: nn.LayerNorm(D, eps=1e-12)`, `decoder_bias: nn.Parameter` of `V` zeros,
# `next_sentence: nn.Linear(D, 2)`. The decoder's matrix is `bert.embeddings.token.weight` itself: not a copy, and no parameter of its own.
#
# **Shapes.** `forward(hidden (B, T, D), pooled (B, D))` → `(masked_lm_logits (B, T, V), next_sentence_logits (B, 2))`.
#
# **Example.** With $D = 16$, $V = 100$ the heads add $16\cdot16 + 16 + 2\cdot16 + 100 + (16\cdot2 + 2) = 438$ parameters to those of `bert`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# After an optimizer step on the embeddings, must the decoder have changed? What kind of reference to the weight survives that, and which one doesn't?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Assigning an `nn.Parameter` to two modules registers the *same* object twice, and `parameters()` lists it once. Then `F.linear(z, weight, bias)`: an embedding table `(V, D)` already has the shape of a linear map's weight.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **logits that don't follow when the embeddings change:** you have made a copy, with `clone()`, `.data`, or a new `nn.Linear`.
# - **the right shapes, the wrong numbers:** linear map, GELU, norm, in this order.
# - **an error when the state is loaded:** check the four names.
#
# </details>

# %% exercise="PretrainingHeads"
class PretrainingHeads(nn.Module):
    """Scores for hidden tokens and for "is this the next sentence?" (Devlin et al. 2019, section 3.1).

    Sub-modules and parameters: transform: nn.Linear; norm: nn.LayerNorm with eps 1e-12; decoder_bias (V,);
    next_sentence: nn.Linear(D, 2). The decoder's weight is bert.embeddings.token.weight.
    """

    def __init__(self, bert):
        """bert: a BertModel, whose token embeddings are shared."""
        super().__init__()
        ### BEGIN SOLUTION
        width = bert.config.hidden_size
        self.transform = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.decoder_weight = bert.embeddings.token.weight  # the same parameter, not a copy
        self.decoder_bias = nn.Parameter(torch.zeros(bert.config.vocab_size))
        self.next_sentence = nn.Linear(width, 2)
        ### END SOLUTION

    def forward(self, hidden, pooled):
        """hidden: (B, T, D); pooled: (B, D). Returns masked-LM logits (B, T, V), next-sentence logits (B, 2)."""
        ### BEGIN SOLUTION
        z = self.norm(F.gelu(self.transform(hidden)))  # (B, T, D)
        return F.linear(z, self.decoder_weight, self.decoder_bias), self.next_sentence(pooled)
        ### END SOLUTION

# %% check="PretrainingHeads"
check("PretrainingHeads")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How large is BERT?
#
# | part | parameters |
# |---|---|
# | embeddings | $(V + \text{positions} + \text{segments})\,D + 2D$ |
# | attention, in each layer | $4\,(D^2 + D)$ |
# | feed-forward, in each layer | $D\,D_\text{ff} + D_\text{ff} + D_\text{ff}\,D + D$ |
# | two norms, in each layer | $4D$ |
# | pooler | $D^2 + D$ |
#
# **By hand**, for a toy: $D = 4$, $D_\text{ff} = 8$, $L = 1$, $V = 10$, 6 positions, 2 segments. Embeddings $18\cdot4 + 8 = 80$; attention $4\cdot20 = 80$; feed-forward $32 + 8 + 32 + 4 = 76$; norms 16; pooler 20. Sum: 272.
#
# ### Exercise 9 · `bert_parameters` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the sum (with pooler, without heads), and get BERT-base exactly.
#
# **In and out.** Ints in, an int out. **Example.** `bert_parameters(10, 4, 1, 8, max_length=6)` → 272. The check asks for base (109,482,240) and large (335,141,888), too: $V = 30{,}522$.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which three rows of the table are *not* multiplied by the number of layers? (One of them is easily forgotten: it is a norm.)
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Name the parts as in unit 05's `count_parameters`; then compare each with the hand-worked numbers 80, 80, 76, 16, 20.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **590,592 too few for base:** the pooler is missing.
# - **a few thousand too few:** biases or norms. $2D$ for each norm, one of them in the embeddings.
#
# </details>

# %% exercise="bert_parameters"
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    """Count the parameters of a BertModel, pooler included, heads not.

    All arguments are ints. Returns an int: 109,482,240 for BERT-base (30,522, 768, 12, 3,072).
    """
    ### BEGIN SOLUTION
    norm = 2 * hidden
    embeddings = (vocab_size + max_length + segments) * hidden + norm
    attention = 4 * (hidden**2 + hidden)
    feed_forward = hidden * intermediate + intermediate + intermediate * hidden + hidden
    pooler = hidden**2 + hidden
    return embeddings + layers * (attention + feed_forward + 2 * norm) + pooler
    ### END SOLUTION

# %% check="bert_parameters"
check("bert_parameters")

# %% tags=["demo"]
for name, sizes in {"base": (768, 12, 12, 3072), "large": (1024, 24, 16, 4096)}.items():
    width, layers, heads, inner = sizes
    with torch.device("meta"):  # shapes without memory: large would take 1.3 GB
        built = sum(p.numel() for p in BertModel(BertConfig(30_522, width, layers, heads, inner)).parameters())
    words_only = 30_522 * width
    print(
        f"{name:5}: formula {bert_parameters(30_522, width, layers, inner):,}, your model {built:,}; "
        f"word embeddings {words_only / built:.0%} of it"
    )

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Pretraining, live
#
# All together: pairs, packed, hidden, two losses added, one step. Everything below is yours but the loop. Three remarks on it:
#
# - **Small start.** With PyTorch's embeddings (standard deviation 1) and a tied decoder, the first logits would be in the tens and the first loss, too. All weights start at {{ results.initial_std }} instead (BERT: 0.02 at
#   six times the width). Then no token is preferred, and the loss starts near $\ln 4000 = 8.29$.
# - **Only what is asked is decoded.** 85 % of the logits would be thrown away. Decoding takes $V D = 512{,}000$ multiplications a position, both encoder layers' matrices take 393,216; so handing only the chosen positions to the
#   heads saves nearly half of the work.
# - **The schedule** is unit 06's idea: warm up, then down in a straight line; AdamW (unit 09 builds it).
#
# **Predict first.** Guessing every hidden token by its frequency costs {{ results.unigram.masked_loss | fixed(2) }} nats and is right in {{ results.unigram.masked_accuracy | percent }} of the cases ("(" and its like). With 32 pairs
# in a batch, {{ results.short_recipe.steps }} steps show 9,600 pairs, a quarter of all. What will loss and accuracy be then? Which of the two questions gives way first, the hidden tokens or the yes-or-no?
#
# *My prediction:* …

# %% tags=["demo"]
sizes = Sizes()
recipe = Recipe(**measured["short_recipe"])


def to_batch(pairs, generator, rate=0.15):
    """Pairs → a batch: ids after and labels of hiding, segments, mask, is_next."""
    packed = [pack_pair(a, b, CLS, SEP, sizes.max_length) for a, b, _ in pairs]
    pad = nn.utils.rnn.pad_sequence
    ids = pad([torch.tensor(ids) for ids, _ in packed], batch_first=True, padding_value=PAD)
    segments = pad([torch.tensor(segments) for _, segments in packed], batch_first=True)
    corrupted, labels = mask_tokens(ids, ids <= MASK, len(names), MASK, generator, rate)
    return corrupted, labels, segments, ids != PAD, torch.tensor([int(is_next) for *_, is_next in pairs])


def batches(steps, size, seed):
    """Training batches; those of a batch have about the same length, so that little is spent on padding."""
    generator, order = torch.Generator().manual_seed(seed), random.Random(seed)
    pairs = next_sentence_pairs(documents, generator)
    chosen = sorted(order.sample(pairs, steps * size), key=lambda pair: len(pair[0]) + len(pair[1]))
    for step in order.sample(range(steps), steps):
        yield to_batch(chosen[step * size : (step + 1) * size], generator)


def answers(bert, heads, batch):
    """Both losses and both accuracies of a batch."""
    corrupted, labels, segments, mask, is_next = batch
    hidden, pooled = bert(corrupted, segments, mask)
    asked = labels != -100
    logits, follows = heads(hidden[asked][None], pooled)  # only the chosen positions: (1, N, V)
    right = (logits[0].argmax(dim=-1) == labels[asked]).float().mean().item()
    right_next = (follows.argmax(dim=-1) == is_next).float().mean().item()
    return masked_lm_loss(logits, labels[asked][None]), F.cross_entropy(follows, is_next), right, right_next

# %% tags=["demo"]
CONFIG = BertConfig(sizes.vocab_size, sizes.hidden_size, sizes.num_layers, sizes.num_heads, sizes.intermediate_size, 64)


def new_model(seed, small=True):
    torch.manual_seed(seed)
    bert = BertModel(CONFIG)
    heads = PretrainingHeads(bert)
    if small:
        start_small(heads)
        start_small(bert)
    return bert, heads


@one_thread()
def pretrain(bert, heads, recipe, seed, report):
    parameters = list({id(p): p for p in (*bert.parameters(), *heads.parameters())}.values())
    optimizer = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, recipe.rate_factor)
    for batch in tqdm(batches(recipe.steps, recipe.batch_size, seed), total=recipe.steps, desc="pretraining"):
        masked_loss, next_loss, right, right_next = answers(bert, heads, batch)
        optimizer.zero_grad()
        (masked_loss + next_loss).backward()
        nn.utils.clip_grad_norm_(parameters, recipe.clip)
        optimizer.step()
        schedule.step()
        report(masked_loss.item(), right, next_loss.item(), right_next)

# %% tags=["demo"]
EVERY = 25
KEYS = ("masked_loss", "masked_accuracy", "next_loss", "next_accuracy")
curves, sums = {key: [] for key in KEYS}, []
live = LiveFigure(
    caption="Your BERT in pretraining, means of 25 steps. Left, both losses; dotted: guessing by frequency, guessing "
    "yes or no. Right, the share of right answers.",
    alt="Two plots against training steps. Left, the loss on masked tokens falls from 8 to about 5, that on next "
    "sentences starts at 0.7. Right, the shares of right answers rise.",
)


def report(*values):
    sums.append(values)
    if len(sums) % EVERY == 0:
        for key, column in zip(KEYS, zip(*sums[-EVERY:], strict=True), strict=True):
            curves[key].append(sum(column) / EVERY)
        steps = range(EVERY, len(sums) + 1, EVERY)
        live.update(two_tasks(curves, list(steps), measured["unigram"]["masked_loss"]))


first = next(batches(1, 32, seed=0))
with torch.no_grad():
    for start, small in (("PyTorch's start", False), ("a small start", True)):
        masked_loss, next_loss, *_ = answers(*new_model(0, small), first)
        print(f"{start:16} first losses: {masked_loss:.2f} on hidden tokens, {next_loss:.2f} on the next sentence")
bert, heads = new_model(seed=0)
size = sum(p.numel() for p in {*bert.parameters(), *heads.parameters()})
print(f"{size:,} parameters, heads included")
pretrain(bert, heads, recipe, seed=0, report=report)

# %% [markdown]
# **First the frequencies, then the context.** The loss falls steeply to that of guessing by frequency (dotted): so far the biases $\beta_v$ would be enough. Everything below the dotted line has to be earned from what stands around, and is
# earned slowly.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Ten times as long: the checkpoint
#
# The same model, {{ results.recipe.steps }} steps, was trained with the seeds {{ results.seeds }}; the first one's weights ship with the course (`data/code-bert.safetensors`, made by `python -m data.build 08`). They fit into *your* modules:

# %% tags=["demo"]
bert, heads = BertModel(CONFIG).eval(), None
heads = PretrainingHeads(bert).eval()
load_into(bert, heads)


@torch.no_grad()
@one_thread()
def judge(bert, heads, pairs, generator, rate=0.15):
    """Both accuracies over pairs, and the masked one for each fate of a token."""
    kinds = {"[MASK]": [], "random": [], "kept": []}
    follows = []
    for start in range(0, len(pairs), 64):
        corrupted, labels, segments, mask, is_next = to_batch(pairs[start : start + 64], generator, rate)
        hidden, pooled = bert(corrupted, segments, mask)
        asked = labels != -100
        logits, answer = heads(hidden[asked][None], pooled)
        right = logits[0].argmax(dim=-1) == labels[asked]
        shown = corrupted[asked]
        masked, kept = shown == MASK, shown == labels[asked]
        for kind, where in {"[MASK]": masked, "kept": kept, "random": ~(masked | kept)}.items():
            kinds[kind] += right[where].tolist()
        follows += (answer.argmax(dim=-1) == is_next).tolist()
    return {kind: (sum(hits) / len(hits), len(hits)) for kind, hits in kinds.items()}, sum(follows) / len(follows)


shares, next_share = judge(bert, heads, pairs[:1500], torch.Generator().manual_seed(3))
for kind, (share, count) in shares.items():
    print(f"token {kind:7} right: {share:.2f}   ({count:,} tokens)")
print(f"next sentence right: {next_share:.2f}")

# %% tags=["demo"]
full, unigram = measured["full"], measured["unigram"]
print(f"{'held-out figures, by seed':28}{'MLM loss':26}{'MLM accuracy':26}NSP accuracy")
print(f"{'guessing':28}{unigram['masked_loss']:<26.2f}{unigram['masked_accuracy']:<26.2f}0.50")
columns = ("  ".join(f"{x:.2f}" for x in full[key]) for key in ("masked_loss", "masked_accuracy", "next_accuracy"))
print(f"{measured['recipe']['steps']:,} steps".ljust(28) + "".join(f"{column:26}" for column in columns))
show(
    two_tasks(
        {key: [sum(point[key] for point in points) / len(points) for points in zip(*full["curve"])] for key in KEYS},
        [50 * n for n in range(1, len(full["curve"][0]) + 1)],
        unigram["masked_loss"],
    ),
    caption="The long run: means of 50 steps over all seeds. Dotted: guessing by frequency, guessing yes or no.",
    alt="Two plots against 3,000 training steps. The masked loss drops to that of guessing, then falls ever more slowly but for a "
    "steeper stretch before step 1,000, and ends below 3; its accuracy rises to one half, that of the next sentence to nearly 0.8.",
)

# %% [markdown]
# **It doesn't learn evenly.** The yes-or-no is the first to give way: after 250 steps it has made more than half of its way from 0.5. Hidden tokens go on. And their loss has a stretch, somewhere between 600 and 1,000 steps, in which it falls about
# twice as fast as just before and just after, with every seed. What is learned just then we haven't measured. (In models that read from left to right a much sharper fall was traced to attention heads that find an earlier occurrence of what is in
# view and copy what stood beside it: Olsson et al. 2022. Whether ours is of that kind, one would have to look at its heads.)
#
# The held-out loss is above the training curve's end: the model read each pair about two and a half times, and files differ from each other.
#
# **What the three fates show.** A kept token is confirmed far more often than a hidden one is guessed, so the model does use what it sees; but it is *not* always confirmed: it has learned that what it sees
# may be wrong. And a random token is put right nearly as often as a `[MASK]` is filled: it notices, without being told, that the token doesn't belong there. That is the doubt that 80/10/10 is meant to teach.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How much context does an answer need?
#
# The same model, asked with more and with less hidden. It was trained at 15 %. **Predict first:** what share of the `[MASK]`s does it fill rightly with 5, 40 and 80 % chosen, if it is about one half at 15 %? And at which rate does one text bring the most right answers?
#
# *My prediction:* …

# %% tags=["demo"]
print("chosen   [MASK] filled rightly   rightly filled in 1,000 tokens   both neighbours intact")
for rate in (0.05, 0.15, 0.4, 0.8):
    share = judge(bert, heads, pairs[:1000], torch.Generator().manual_seed(6), rate)[0]["[MASK]"][0]
    print(f"{rate:6.0%}{share:17.2f}{1000 * 0.8 * rate * share:25.0f}{(1 - 0.9 * rate) ** 2:30.2f}")

# %% [markdown]
# **Too little, too much.** With 5 % chosen the answers are hardly better than with 15 %, and few are asked for. With more hidden each answer gets poorer, but there are more of them: from 15 to 40 % the right ones double. From 40 to 80 %, twice the questions, they grow by a
# fifth only; the model is down to fewer than one right in four. (Guessing by frequency: {{ results.unigram.masked_accuracy | fixed(2) }}.)
#
# That was *asking*. At which rate does a model *learn* best? Here is ours, trained from the start for {{ results.rates.steps }} steps at each of the four rates and then asked for the same held-out tokens, hidden as always at 15 %. **Predict** the order.

# %% tags=["demo"]
print(f"{'chosen in training':20}{'held-out loss':20}share right (one number a seed)")
for rate, row in measured["rates"]["figures"].items():
    losses, shares = ("  ".join(f"{x:.2f}" for x in row[key]) for key in ("masked_loss", "masked_accuracy"))
    print(f"{float(rate):<20.0%}{losses:20}{shares}")

# %% [markdown]
# **Here, too, too little and too much lose:** a mean loss of {{ results.rates.figures["0.05"].masked_loss | mean | fixed(2) }} with 5 % chosen, {{ results.rates.figures["0.15"].masked_loss | mean | fixed(2) }} with 15 %, {{ results.rates.figures["0.4"].masked_loss | mean | fixed(2) }} with 40 %, {{ results.rates.figures["0.8"].masked_loss | mean | fixed(2) }} with 80 %. With 5 % a text gives few answers to learn from, with 80 % little to answer from; and the best of the four isn't BERT's 15 %.
# That agrees with Wettig et al. (2023), but it is an indication only: {{ results.rates.figures["0.15"].masked_loss | length }} seeds (their order is the same), one small model, a fifth of the long run. More answers for each text may matter most where training is short.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Are both sides needed?
#
# One hidden token in each pair, somewhere in its middle third; once with all other tokens in view, once with those to its right hidden by the attention mask, once with those to its left. **Predict first:** which side of a piece of code says more?
#
# *My prediction:* …

# %% tags=["demo"]
@torch.no_grad()
@one_thread()
def one_sided(pairs, seed=5):
    """Share of hidden tokens guessed with both sides in view, with the left one, with the right one."""
    draw = random.Random(seed)
    right = {"both sides": [], "left side only": [], "right side only": []}
    for start in range(0, len(pairs), 64):
        rows = [pack_pair(a, b, CLS, SEP, sizes.max_length) for a, b, _ in pairs[start : start + 64]]
        ids = nn.utils.rnn.pad_sequence([torch.tensor(ids) for ids, _ in rows], batch_first=True)
        segments = nn.utils.rnn.pad_sequence([torch.tensor(kinds) for _, kinds in rows], batch_first=True)
        middle = [range(len(ids) // 3, 2 * len(ids) // 3) for ids, _ in rows]
        places = [
            draw.choice([n for n in third if row[n] > MASK] or [1]) for third, (row, _) in zip(middle, rows, strict=True)
        ]
        place, here = torch.tensor(places)[:, None], torch.arange(ids.size(1))
        hidden_ids, real = ids.scatter(1, place, MASK), ids != PAD
        views = (real, real & (here <= place), real & (here >= place))
        for name, view in zip(right, views, strict=True):
            vectors, pooled = bert(hidden_ids, segments, view)
            logits = heads(vectors.gather(1, place[..., None].expand(-1, 1, vectors.size(2))), pooled)[0]  # (B, 1, V)
            right[name] += (logits.argmax(dim=-1) == ids.gather(1, place))[:, 0].tolist()
    return {name: sum(hits) / len(hits) for name, hits in right.items()}


for name, share in one_sided([pair for pair in pairs[1500:3500] if pair[2]]).items():
    print(f"{name:16} {share:.2f}")

# %% [markdown]
# Neither side alone comes near: with both in view, more than twice as many tokens are guessed. And neither side beats the other: their difference is less than chance makes with some 1,000 tokens (a standard error of about 0.013). That is what an encoder has over a model that reads from left to right. (Not all of it: this model was *trained* with both
# sides, and isn't at its best with one. Unit 07's, trained on the left side, would do better there than this number says.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Fill in the blank
#
# `___` is a blank. What does it know, and where does it fail? Write your own lines.

# %% tags=["demo"]
@torch.no_grad()
def fill(text, best=6):
    parts = [encode(part) for part in text.split("___")]
    ids = parts[0] + [id_ for part in parts[1:] for id_ in (MASK, *part)]
    ids, segments = pack_pair(ids, None, CLS, SEP, sizes.max_length)
    ids, segments = torch.tensor([ids]), torch.tensor([segments])
    hidden, pooled = bert(ids, segments, torch.ones_like(ids, dtype=torch.bool))
    shares = heads(hidden, pooled)[0].softmax(dim=-1)[0, ids[0] == MASK]
    top = shares.topk(best)
    return Filled(
        [
            [(names[id_], share) for share, id_ in zip(row, where, strict=True)]
            for row, where in zip(top.values.tolist(), top.indices.tolist(), strict=True)
        ]
    )


fill_in_explorer(
    fill,
    [
        "for i in ___(len(self.data)):",
        "def __init__(___, name): self.name = ___",
        "if value is ___: raise ___('no value')",
        "for key, ___ in mapping.items(): result[___] = value",
        "except ___ as exc: print(exc)",
        "with ___(path, 'rb') as f: return f.___()",
        "def half(n): return ___ / 2",
    ],
)

# %% [markdown]
# **Idioms it knows:** `range`, `self`, what follows `is`, which errors are raised and which are caught, `key` and `value`. **What it does badly** is use a name just because it was introduced a few tokens ago (in `half`, the question of our
# first picture, `n` only comes second, and with little confidence), or tell a function from an error where both are rare (`with`). Two layers and a few minutes buy frequency with some context, not understanding.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · Debugging: two losses that are too good
#
# Three small models, 80 steps each, the same pairs. Two are broken; all run without an error. Decide by the curves, then by the tool, then by the code.

# %% tags=["demo"]
def suspect_a(ids, special, generator):
    corrupted, _ = mask_tokens(ids, special, len(names), MASK, generator)
    return corrupted, ids.masked_fill(ids == PAD, -100)


def suspect_b(ids, special, generator):
    return mask_tokens(ids, torch.zeros_like(special), len(names), MASK, generator)


def suspect_c(ids, special, generator):
    return mask_tokens(ids, special, len(names), MASK, generator)

# %% tags=["demo"]
@one_thread()
def small_run(hide, steps=80, size=32):
    """Train one layer on short pairs with some way of hiding; return the model and the loss at every step."""
    torch.manual_seed(0)
    bert = BertModel(BertConfig(len(names), 64, 1, 2, 128, 32))
    heads = PretrainingHeads(bert)
    start_small(heads)
    start_small(bert)
    parameters = list({id(p): p for p in (*bert.parameters(), *heads.parameters())}.values())
    optimizer = torch.optim.AdamW(parameters, lr=5e-3)
    generator = torch.Generator().manual_seed(0)
    losses = []
    for step in range(steps):
        packed = [pack_pair(a, b, CLS, SEP, 32) for a, b, _ in pairs[step * size : (step + 1) * size]]
        ids = nn.utils.rnn.pad_sequence([torch.tensor(ids) for ids, _ in packed], batch_first=True)
        corrupted, labels = hide(ids, ids <= MASK, generator)
        hidden, pooled = bert(corrupted, torch.zeros_like(ids), ids != PAD)
        loss = masked_lm_loss(heads(hidden, pooled)[0], labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, corrupted, labels


trio = {"suspect A": suspect_a, "suspect B": suspect_b, "suspect C": suspect_c}
found = {name: small_run(hide) for name, hide in trio.items()}
show(
    loss_curves({name: losses for name, (losses, *_) in found.items()}, "masked-LM loss (nats)", "training step"),
    caption="Training loss of three small models that differ in how tokens are hidden and scored.",
    alt="Three falling curves. Suspect C stays highest, suspect B lies a little below it, suspect A falls much further.",
)

# %% [markdown]
# **The tool: look at what is scored.** Not at the model; at the labels.

# %% tags=["demo"]
for name, (_, corrupted, labels) in found.items():
    scored = labels != -100
    lies_open = (corrupted == labels)[scored].float().mean()
    special = (labels[scored] <= MASK).float().mean()
    print(
        f"{name:10} {scored.float().mean():.0%} of all positions scored; of these, {lies_open:.0%} lie open in the "
        f"input, {special:.0%} are special tokens"
    )

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* scores every real position. At most of them the answer lies open in the input, so the model learns to copy, which takes a single layer and hardly any context. Loss and accuracy look splendid and say nothing about hidden tokens.
#
# *Suspect B* may choose special tokens: `[CLS]`, `[SEP]` and padding. Where these stand is nearly always the same, so they are easy points, and the loss is lower than that of *suspect C*, which is right, on the same data. **A loss can be lowered by
# asking easier questions.** Before you compare two losses, make sure that they ask the same.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · What it can't do
#
# - **It can't write.** It fills gaps whose number is known, each on its own: two blanks side by side are guessed independently, given the rest. For text from left to right, unit 07.
# - **It knows what was frequent, not what is true.** Ours knows idioms of code, no names from your program that aren't in view, no arithmetic.
# - **It answers only the two questions of its training.** For a third one (which class? where is the answer?) it needs a head and labels: fine-tuning, which is unit 09's business, with real weights.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | BERT has an encoder and a decoder, or is used to translate | it is the encoder alone; it reads. (The MLM head is sometimes called a "decoder": it is one matrix.) |
# | BERT reads left to right and right to left | it reads all at once; every layer sees both sides. ELMo joined two directions |
# | BERT takes 512 tokens | at *most* 512; shorter is fine and cheaper |
# | 15 % of the tokens are replaced by [MASK] | 15 % are *chosen*; 80 % of these become [MASK], 10 % random, 10 % stay. All chosen are scored, nothing else is |
# | masked tokens are hidden by the attention mask | [MASK] is a token in the input; the attention mask hides padding |
# | special tokens are masked, too | never |
# | NSP predicts the next sentence | it says yes or no to a given one; half of the pairs are true |
# | [CLS] is a summary of the sentence | only if a loss has asked it for something: NSP or fine-tuning (unit 09 measures it) |
# | base has 110 and large 340 million parameters | 109,482,240 and 335,141,888 with pooler and without heads |
# | WordPiece finds the best cut | the greedy one, from the left |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · Self-test
#
# The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · Summary on one screen
#
# | piece | formula | shape, cost |
# |---|---|---|
# | WordPiece | longest match from the left, `##` continues; a part that fails makes the word `[UNK]` | word → list |
# | packing | `[CLS] a [SEP] b [SEP]`, segments 0…0 1…1; the longer one is cut | ≤ 512 |
# | embeddings | $\mathrm{LN}(e_\text{token} + e_\text{position} + e_\text{segment})$ | `(B, T)` → `(B, T, D)` |
# | masking | choose 15 %, then 80 % `[MASK]`, 10 % random, 10 % kept; label $-100$ elsewhere | `(B, T)` |
# | BERT | post-norm encoder, GELU, bidirectional; pooled $= \tanh(W h_{\text{CLS}} + b)$ | `(B, T, D)`, `(B, D)` |
# | MLM head | $e_v \cdot \mathrm{LN}(\mathrm{GELU}(W h_i + b)) + \beta_v$ | `(B, T, V)`, tied |
# | NSP head | linear map of pooled | `(B, 2)` |
# | loss | mean over chosen positions + cross-entropy of yes or no | start: $\ln V + \ln 2$ |
#
# Hide, ask, learn: the text is its own teacher.

# %% [markdown]
# ### Further reading, a word on each
#
# - Devlin et al. 2019, [*BERT*](https://arxiv.org/abs/1810.04805): section 3 and appendix A are this unit; table 5 takes its parts out.
# - Liu et al. 2019, [*RoBERTa*](https://arxiv.org/abs/1907.11692): the same model, trained longer on more text, hidden anew each time, without NSP.
# - Lan et al. 2020, [*ALBERT*](https://arxiv.org/abs/1909.11942): sentence order instead of NSP.
# - Wettig et al. 2023, [*Should you mask 15 % in masked language modeling?*](https://arxiv.org/abs/2202.08005): large models do better with more; and what 80/10/10 is worth.
# - Clark et al. 2020, [*ELECTRA*](https://arxiv.org/abs/2003.10555): ask of *every* token whether it has been replaced, and waste nothing.
# - Wu et al. 2016, [*Google's neural machine translation system*](https://arxiv.org/abs/1609.08144): WordPiece, section 4.1.
# - Olsson et al. 2022, [*In-context learning and induction heads*](https://arxiv.org/abs/2209.11895): a sudden fall of a loss, explained.
# - Rogers et al. 2020, [*A primer in BERTology*](https://arxiv.org/abs/2002.12327): what it was found to know.
# - Hendrycks & Gimpel 2016, [*Gaussian error linear units*](https://arxiv.org/abs/1606.08415); Taylor 1953, *Cloze procedure*: the bend, and the gaps.

# %% [markdown]
# ### For the keen
#
# 1. **Longer at 40 %.** `Recipe(rate=0.4)` in `data/pretraining.py` chooses 40 % of the tokens. Section 9 compared rates after {{ results.rates.steps }} steps. Is the order the same after {{ results.recipe.steps }}? Ask for the same held-out tokens at 15 % (`judged` does). Predict first.
# 2. **Always `[MASK]`.** Train with 100/0/0 (`Recipe(masked=1.0, replaced=0.0)` in `data/pretraining.py`) and compare the table of fates in section 9: what happens to kept and random tokens?
# 3. **Without the second question** (`Recipe(next_sentence=False)`): does MLM gain?
# 4. **Whole words.** Choose all pieces of a word together. Does the loss rise or fall? Why can the two losses not be compared?
# 5. **Two blanks.** Ask for two neighbouring tokens at once, then one after the other, the first answer filled in before the second question. How often do the answers differ? Which are better?
# 6. **Show** that with tied weights and a start of $\sigma$ for the embeddings, the first logits have a standard deviation of about $\sigma\sqrt{D}$, and compute it for $\sigma = 1$ and $D = 128$.
#
# <details><summary>An answer to 6</summary>
#
# $z$ leaves a layer norm, so $\lVert z\rVert^2 = D$ (unit 05). $e_v \cdot z$ is a sum of $D$ independent terms of variance $\sigma^2 z_d^2$: variance $\sigma^2 \lVert z\rVert^2 = \sigma^2 D$. For $\sigma = 1$, $D = 128$ that is 11: of 4,000
# logits of that spread the largest is near 40, and the loss starts near 40 instead of 8.3.
#
# </details>
