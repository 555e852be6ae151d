"""Units 02 and 03: the oracles against other truths, the script that decoding follows, and more ways to be wrong."""

import math
import socket
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from autograder.judging.draws import Draw
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.layers import Method, attention, recurrence
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.wire import Channel
from autograder.units import find_component
from autograder.units.u02_seq2seq_attention import attention_decoder, seq2seq, truth
from autograder.units.u02_seq2seq_attention.script import Script, nested_state, pair_state, tensor_state
from autograder.units.u03_positional_encoding import apply_rotary, permutation_gap, shift_matrix, sinusoidal_encoding

SEEDS = range(3)
seeds = st.integers(0, 10_000)
arange = torch.arange


def verdict_on(name: str, answer: Any, seed: int = 1) -> Any:
    component = find_component(name)[1]
    return judge(component, InProcessSubject(answer, component.forbidden), seed)


def softmax_in_a_loop(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    weights = np.zeros_like(scores)
    for index in np.ndindex(scores.shape[:-1]):
        allowed = [j for j in range(scores.shape[-1]) if mask[index][j]]
        highest = max((scores[index][j] for j in allowed), default=0.0)
        powers = {j: math.exp(scores[index][j] - highest) for j in allowed}
        for j in allowed:
            weights[index][j] = powers[j] / sum(powers.values())
    return weights


@settings(max_examples=30, deadline=None)
@given(seed=seeds, scale=st.sampled_from([1.0, 1e4]), dim=st.sampled_from([-1, -2, 0, 1, 2]))
def test_shares_are_the_softmax_of_the_allowed_in_any_axis_and_zero_elsewhere(
    seed: int, scale: float, dim: int
) -> None:
    draw = Draw(seed, "shares")
    scores = draw.normal(3, 4, 5, dtype=torch.float64, scale=scale)
    mask = draw.mask(3, 4, 5, empty_row=True)
    expected = softmax_in_a_loop(scores.movedim(dim, -1).numpy(), mask.movedim(dim, -1).numpy())
    torch.testing.assert_close(truth.shares(scores, mask, dim).movedim(dim, -1), torch.from_numpy(expected))


def test_gradients_of_shares_are_those_of_softmax_and_zero_where_nothing_is_allowed() -> None:
    scores = Draw(1, "gradients").normal(2, 5, dtype=torch.float64).requires_grad_()
    mask = torch.tensor([[True, False, True, True, False], [False] * 5])
    cotangent = torch.linspace(-1, 1, 10, dtype=torch.float64).view(2, 5)
    (found,) = torch.autograd.grad((truth.shares(scores, mask) * cotangent).sum(), scores)
    alone = scores[0][mask[0]].detach().requires_grad_()
    (expected,) = torch.autograd.grad((alone.softmax(0) * cotangent[0][mask[0]]).sum(), alone)
    torch.testing.assert_close(found[0][mask[0]], expected)
    assert not found[1].any() and not found[0][~mask[0]].any()


def test_the_additive_score_is_bahdanaus_formula() -> None:
    draw = Draw(2, "additive")
    query, keys, W_q, W_k, v = (draw.normal(*shape) for shape in ((2, 3), (2, 4, 5), (6, 3), (6, 5), (6,)))
    found = truth.additive(query, keys, W_q, W_k, v)
    for b in range(2):
        for t in range(4):
            expected = v.numpy() @ np.tanh(W_q.numpy() @ query[b].numpy() + W_k.numpy() @ keys[b, t].numpy())
            assert found[b, t].item() == pytest.approx(expected, rel=1e-4)


def test_the_stepwise_seq2seq_is_two_packed_lstms_of_pytorch() -> None:
    call = seq2seq.draw(Draw(3, "Seq2Seq"))["ragged"]
    state, (source, lengths, read) = call.state or {}, call.args
    width, units = (call.init or ())[2:]

    def pytorch(name: str) -> nn.LSTM:
        lstm = nn.LSTM(width, units, batch_first=True)
        named = {"weight_ih_l0": "W_x", "weight_hh_l0": "W_h", "bias_ih_l0": "b"}
        lstm.load_state_dict(
            {theirs: state[f"{name}.{ours}"] for theirs, ours in named.items()} | {"bias_hh_l0": torch.zeros(4 * units)}
        )
        return lstm

    embedded = F.embedding(source, state["source_embedding.weight"])
    packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
    _, memory = pytorch("encoder")(packed)
    outputs, _ = pytorch("decoder")(F.embedding(read, state["target_embedding.weight"]), memory)
    expected = F.linear(outputs, state["projection.weight"], state["projection.bias"])
    torch.testing.assert_close(seq2seq.stepwise()(call.init, state, *call.args), expected, rtol=1e-4, atol=1e-4)


class Decoder(nn.Module):
    """The attention decoder of PyTorch's modules."""

    def __init__(self, vocab_size: int, embedding: int, hidden: int, memory: int, attention: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding)
        self.cell = nn.LSTMCell(embedding + memory, hidden)
        self.W_q, self.W_k = nn.Linear(hidden, attention, bias=False), nn.Linear(memory, attention, bias=False)
        self.v = nn.Linear(attention, 1, bias=False)
        self.projection = nn.Linear(hidden + memory, vocab_size)

    def step(self, tokens: Tensor, state: tuple[Tensor, Tensor], memory: Tensor, memory_mask: Tensor) -> Any:
        scores = self.v(torch.tanh(self.W_q(state[0])[:, None] + self.W_k(memory))).squeeze(-1)
        weights = torch.where(memory_mask, scores, torch.finfo(scores.dtype).min).softmax(-1) * memory_mask
        context = (weights[..., None] * memory).sum(1)
        h, c = self.cell(torch.cat([self.embedding(tokens), context], -1), state)
        return self.projection(torch.cat([h, context], -1)), [h, c], weights


def test_the_attention_decoders_step_is_that_of_pytorchs_modules() -> None:
    for name, call in attention_decoder.draw(Draw(4, "AttentionDecoder")).items():
        module = Decoder(*(call.init or ())).to((call.state or {})["v.weight"].dtype)
        module.load_state_dict(dict(call.state or {}))
        logits, (h, c), weights = module.step(*call.args)
        expected = attention_decoder.step()(call.init, call.state, *call.args)
        for found, right in zip((logits, h, c, weights), (expected[0], *expected[1], expected[2]), strict=True):
            torch.testing.assert_close(
                found, right, rtol=1e-4, atol=1e-4, msg=lambda text, name=name: f"{name}: {text}"
            )


def test_a_method_answers_over_a_channel_as_it_does_in_process() -> None:
    ours, theirs = socket.socketpair()
    component = find_component("AttentionDecoder")[1]
    subject = InProcessSubject(Decoder, component.forbidden)
    threading.Thread(target=serve, args=(Channel(theirs), subject), daemon=True).start()
    remote = RemoteSubject(Channel(ours))
    verdict = judge(component, remote, 5)
    remote.close()
    assert verdict.status == "passed", verdict


def test_a_methods_parameters_are_its_owners() -> None:
    owner = Decoder(5, 2, 3, 4, 2)
    assert [name for name, _ in Method(owner, "step").named_parameters()] == [n for n, _ in owner.named_parameters()]


def script(state: Callable[[Tensor], Any] = tensor_state) -> Script:
    return Script(((4, 5, 1, 6, 7), (1, 4, 5, 6, 7), (5, 4, 5, 4, 5)), 8, bos_id=0, eos_id=1, state=state)


@pytest.mark.parametrize("state", [tensor_state, pair_state, nested_state])
def test_a_script_says_its_tokens_to_whoever_feeds_them_back(state: Callable[[Tensor], Any]) -> None:
    following, tokens, carried = script(state), torch.tensor([0, 0, 0]), script(state).start()
    heard = []
    for _ in range(5):
        logits, carried = following(tokens, carried)
        tokens = logits.argmax(-1)
        heard.append(tokens.tolist())
    assert list(zip(*heard, strict=True)) == [tuple(row) for row in following.tokens]


def test_a_script_says_something_else_after_a_wrong_token() -> None:
    logits, state = script()(torch.tensor([0, 0, 0]), script().start())
    logits, _ = script()(torch.tensor([5, 6, 6]), state)
    tokens = logits.argmax(-1).tolist()
    assert tokens[0] != 5 and tokens[1] == 4 and tokens[2] != 4, "only the second, which has ended, may go on"


def test_a_script_ends_each_sentence_at_its_own_end_or_after_so_many_steps() -> None:
    assert script().until_end(4) == [[4, 5], [], [5, 4, 5, 4]]
    assert script().until_end(1) == [[4], [], [5]]
    assert (script().steps_needed(4), script().steps_needed(1)) == (4, 1)


@pytest.mark.parametrize(
    ("tokens", "state"),
    [
        (torch.tensor([[0], [0], [0]]), script(pair_state).start()),
        (torch.zeros(3), script(pair_state).start()),
        ([0, 0, 0], script(pair_state).start()),
        (torch.tensor([0, 0, 0]), script(pair_state).start()[0]),
        (torch.tensor([0, 0, 0]), (script(pair_state).start()[0], script(pair_state).start()[1] + 1)),
        (torch.tensor([0, 0, 0]), None),
    ],
)
def test_a_script_refuses_what_a_step_could_not_be_given(tokens: Any, state: Any) -> None:
    with pytest.raises(ValueError, match="step"):
        script(pair_state)(tokens, state)


def greedily(**changed: Any) -> Callable[..., Any]:
    """Greedy decoding with something done differently."""

    def decode(step: Any, state: Any, bos_id: int, eos_id: int, max_length: int) -> Any:
        first = state
        while not isinstance(first, Tensor):
            first = first[0]
        tokens, carried = torch.full((len(first),), bos_id), state
        columns: list[Tensor] = []
        for _ in range(max_length):
            logits, new = step(tokens, carried)
            carried = changed.get("carry", lambda old, new: new)(carried, new)
            tokens = logits.argmax(-1)
            columns.append(tokens)
            if changed.get("stop", all)([eos_id in column for column in torch.stack(columns, 1).tolist()]):
                break
        rows = torch.stack(columns, 1).tolist()
        return [
            changed.get("cut", lambda row, end: row[:end])(row, row.index(eos_id) if eos_id in row else None)
            for row in rows
        ]

    return decode


@pytest.mark.parametrize(
    ("misconception", "changed"),
    [
        ("eos-ignored", {"cut": lambda row, end: row}),
        ("eos-ignored", {"cut": lambda row, end: row[: end and -1]}),
        ("eos-ignored", {"cut": lambda row, end: row, "stop": lambda ended: False}),
        ("first-eos-stops-batch", {"stop": any}),
        ("first-eos-stops-batch", {"stop": any, "cut": lambda row, end: row if end is None else row[: end + 1]}),
        ("state-not-carried", {"carry": lambda old, new: old}),
        ("state-not-carried", {"carry": lambda old, new: old, "stop": lambda ended: False}),
        ("eos-included", {"cut": lambda row, end: row if end is None else row[: end + 1]}),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_wrong_greedy_decoding_is_named(misconception: str, changed: dict[str, Any], seed: int) -> None:
    verdict = verdict_on("greedy_decode", greedily(**changed), seed)
    assert (verdict.status, verdict.misconception) == ("failed", misconception), verdict


def test_decoding_on_after_all_have_ended_loses_a_mark_only() -> None:
    verdict = verdict_on("greedy_decode", greedily(stop=lambda ended: False))
    assert [prop.passed for prop in verdict.properties] == [True, False, True]
    assert "number of calls" in verdict.message


def test_an_id_may_be_an_integer_tensor_but_not_a_float() -> None:
    as_tensors = greedily(cut=lambda row, end: [torch.tensor(token) for token in row[:end]])
    as_floats = greedily(cut=lambda row, end: [float(token) for token in row[:end]])
    assert verdict_on("greedy_decode", as_tensors).status == "passed"
    assert verdict_on("greedy_decode", as_floats).status == "failed"


@settings(max_examples=20, deadline=None)
@given(length=st.integers(1, 12), d_model=st.integers(1, 9))
def test_the_waves_are_the_papers_formula(length: int, d_model: int) -> None:
    table = sinusoidal_encoding.waves(length, d_model)
    for t in range(length):
        for column in range(d_model):
            angle = t / 10_000 ** (2 * (column // 2) / d_model)
            expected = math.cos(angle) if column % 2 else math.sin(angle)
            assert table[t, column].item() == pytest.approx(expected, abs=1e-6)


def test_the_solved_shift_is_a_rotation_and_shifts_add_up() -> None:
    for d_model in (2, 4, 12):
        one, two, three = (shift_matrix.solved(offset, d_model) for offset in (1, 2, 3))
        torch.testing.assert_close(one @ one.mT, torch.eye(d_model), rtol=0, atol=1e-5)
        torch.testing.assert_close(one @ two, three, rtol=0, atol=1e-5)


def test_turning_is_the_exponential_of_a_generator() -> None:
    x, positions = Draw(6, "rotary").normal(5, 6, dtype=torch.float64), torch.tensor([0.0, 1.0, 2.5, -3.0, 40.0])
    frequencies = [10_000 ** (-2 * i / 6) for i in range(3)]
    generator = torch.block_diag(*(torch.tensor([[0.0, -f], [f, 0.0]], dtype=torch.float64) for f in frequencies))
    expected = torch.stack(
        [torch.matrix_exp(p * generator) @ row for p, row in zip(positions.double(), x, strict=True)]
    )
    torch.testing.assert_close(apply_rotary.turned()(x, positions.double()), expected)


def test_attention_is_blind_to_order_and_the_recurrence_is_not_and_is_odd() -> None:
    x, order = Draw(7, "layers").normal(2, 5, 3), torch.tensor([2, 0, 3, 4, 1])
    torch.testing.assert_close(attention(x)[:, order], attention(x[:, order]))
    assert (recurrence(x)[:, order] - recurrence(x[:, order])).abs().max() > 0.1
    torch.testing.assert_close(recurrence(-x), -recurrence(x))


def test_the_drawn_permutations_tell_a_permutation_from_its_inverse() -> None:
    for seed in range(20):
        order = permutation_gap.not_its_own_inverse(Draw(seed, "order"), 3)
        assert not torch.equal(order.argsort(), order)


def encoding(
    exponent: Callable[[Tensor, int], Tensor], halves: bool = False, swapped: bool = False
) -> Callable[[int, int], Tensor]:
    """A table of sines and cosines in one of several layouts; pair i turns by 10000^exponent(i, D)."""

    def table(length: int, d_model: int) -> Tensor:
        pairs = arange((d_model + 1) // 2).double()
        angles = arange(length)[:, None] * 10_000.0 ** exponent(pairs, d_model)
        parts = [angles.sin().float(), angles.cos().float()]
        first, second = parts[::-1] if swapped else parts
        second = second[:, : d_model // 2]
        if halves:
            return torch.cat([first, second], dim=1)
        found = torch.empty(length, d_model)
        found[:, 0::2], found[:, 1::2] = first, second
        return found

    return table


def right_exponent(pair: Tensor, d_model: int) -> Tensor:
    return -2 * pair / d_model


class Positions(nn.Module):
    """Learned positions; ``add`` says what comes out."""

    add: Callable[["Positions", Tensor], Tensor]
    longest = True

    def __init__(self, max_length: int, d_model: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x: Tensor) -> Tensor:
        if self.longest and x.shape[1] > self.embedding.num_embeddings:
            raise ValueError("too long")
        return type(self).add(self, x)

    def rows(self, x: Tensor) -> Tensor:
        return self.embedding(arange(x.shape[1]) % self.embedding.num_embeddings)


def positions(add: Callable[[Positions, Tensor], Tensor], refuses: bool = True) -> type[Positions]:
    return type("LearnedPositions", (Positions,), {"add": staticmethod(add), "longest": refuses})


class Bias(nn.Module):
    """A relative bias; ``arrange`` makes it from the table's rows (T_q, T_k, H)."""

    arrange: Callable[[Tensor], Tensor]
    one_column = False

    def __init__(self, num_heads: int, max_distance: int) -> None:
        super().__init__()
        self.most = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, 1 if self.one_column else num_heads)

    def forward(self, query_length: int, key_length: int) -> Tensor:
        distance = arange(key_length) - arange(query_length)[:, None]
        return type(self).arrange(self.table(distance.clamp(-self.most, self.most) + self.most))


def bias(arrange: Callable[[Tensor], Tensor], one_column: bool = False) -> type[Bias]:
    return type("RelativeBias", (Bias,), {"arrange": staticmethod(arrange), "one_column": one_column})


def penalty(slopes: Callable[[Tensor, int], Tensor]) -> Callable[[int, int, int], Tensor]:
    """A linear penalty with slopes made from h = 1 … H and H."""

    def made(num_heads: int, query_length: int, key_length: int) -> Tensor:
        distance = (arange(query_length)[:, None] - arange(key_length)).abs()
        return -slopes(arange(1, num_heads + 1), num_heads)[:, None, None].float() * distance

    return made


def rotated(angles: Callable[[Tensor], Tensor], partner: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """x·cos + partner(x)·sin, with the angles of the pairs (T, D/2) laid out over the features by ``angles``."""

    def made(x: Tensor, positions: Tensor, base: float = 10_000.0) -> Tensor:
        of_pairs = positions[:, None] * base ** (-arange(0, x.shape[-1], 2).to(x.dtype) / x.shape[-1])
        return x * angles(of_pairs).cos() + partner(x) * angles(of_pairs).sin()

    return made


def partner_across(x: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return torch.cat([-second, first], -1)


def partner_beside(x: Tensor) -> Tensor:
    return torch.stack([-x[..., 1::2], x[..., 0::2]], -1).flatten(-2)


WRONG: list[tuple[str, str, Any]] = [
    ("sinusoidal_encoding", "wrong-exponent", encoding(lambda i, d: -i / d)),
    ("sinusoidal_encoding", "wrong-exponent", encoding(lambda i, d: -4 * i / d)),
    ("sinusoidal_encoding", "wrong-exponent", encoding(lambda i, d: 2 * i / d)),
    ("sinusoidal_encoding", "wrong-exponent", encoding(lambda i, d: -2 * i / max(d - 2, 1))),
    ("sinusoidal_encoding", "wrong-exponent", encoding(lambda i, d: 0 * i)),
    ("sinusoidal_encoding", "halves-not-interleaved", encoding(right_exponent, halves=True)),
    ("sinusoidal_encoding", "halves-not-interleaved", encoding(right_exponent, halves=True, swapped=True)),
    ("sinusoidal_encoding", "halves-not-interleaved", encoding(lambda i, d: -i / max(d // 2 - 1, 1), halves=True)),
    ("sinusoidal_encoding", "sin-cos-swapped", encoding(right_exponent, swapped=True)),
    ("shift_matrix", "single-frequency", lambda offset, d_model: shift_matrix.solved(offset, 2)),
    (
        "shift_matrix",
        "single-frequency",
        lambda offset, d_model: torch.block_diag(shift_matrix.solved(offset, 2), torch.eye(d_model - 2)),
    ),
    ("LearnedPositions", "content-dependent", positions(lambda self, x: x * self.rows(x))),
    ("LearnedPositions", "content-dependent", positions(lambda self, x: x * x.shape[-1] ** 0.5 + self.rows(x))),
    ("LearnedPositions", "content-dependent", positions(lambda self, x: x + self.embedding(x))),
    ("LearnedPositions", "content-dependent", positions(lambda self, x: x + self.embedding(x.long()))),
    ("LearnedPositions", "not-a-parameter", positions(lambda self, x: x + self.rows(x).detach())),
    ("LearnedPositions", "not-a-parameter", positions(lambda self, x: x + self.embedding.weight.data[: x.shape[1]])),
    ("LearnedPositions", "silent-overflow", positions(lambda self, x: x + self.rows(x), refuses=False)),
    ("RelativeBias", "shared-across-heads", bias(lambda rows: rows.permute(2, 0, 1), one_column=True)),
    ("RelativeBias", "shared-across-heads", bias(lambda rows: rows.mean(-1))),
    ("RelativeBias", "transposed", bias(lambda rows: rows)),
    ("RelativeBias", "transposed", bias(lambda rows: rows.reshape(rows.shape[2], *rows.shape[:2]))),
    ("RelativeBias", "transposed", bias(lambda rows: rows.permute(2, 1, 0))),
    ("alibi_bias", "wrong-slopes", penalty(lambda h, heads: 2.0 ** (-8 * (h - 1) / heads))),
    ("alibi_bias", "wrong-slopes", penalty(lambda h, heads: 1 / h)),
    ("alibi_bias", "wrong-slopes", penalty(lambda h, heads: torch.ones(heads))),
    ("alibi_bias", "wrong-slopes", penalty(lambda h, heads: torch.linspace(1, 0, heads))),
    ("apply_rotary", "half-split-pairs", rotated(lambda a: torch.cat([a, a], -1), partner_across)),
    ("apply_rotary", "half-split-pairs", rotated(lambda a: a.repeat_interleave(2, -1), partner_across)),
    ("apply_rotary", "half-split-pairs", rotated(lambda a: torch.cat([a, a], -1), partner_beside)),
    ("apply_rotary", "wrong-sign", rotated(lambda a: -a.repeat_interleave(2, -1), partner_beside)),
    ("apply_rotary", "same-frequency", rotated(lambda a: a[:, -1:], partner_beside)),
    ("teacher_forcing_pair", "not-shifted", lambda targets, *others: (targets, targets)),
    ("masked_softmax", "overflow", lambda scores, mask, dim=-1: exponentials(scores, mask, dim, 0.0)),
    (
        "masked_softmax",
        "overflow",
        lambda scores, mask, dim=-1: exponentials(scores, mask, dim, scores.amax(dim, keepdim=True)),
    ),
    ("attend", "unnormalised-weights", lambda scores, values, mask=None: weighed(scores.exp(), values, mask)),
    ("attend", "unnormalised-weights", lambda scores, values, mask=None: weighed(scores.softmax(-1), values, mask)),
    ("attend", "unnormalised-weights", lambda scores, values, mask=None: weighed(scores, values, mask)),
]


def exponentials(scores: Tensor, mask: Tensor | None, dim: int, subtracted: Any) -> Tensor:
    powers = (scores - subtracted).exp() * (1 if mask is None else mask)
    total = powers.sum(dim, keepdim=True)
    return powers / torch.where(total == 0, 1, total)


def weighed(weights: Tensor, values: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    weights = weights if mask is None else weights * mask
    return (weights[..., None] * values).sum(1), weights


def named(value: Any) -> str | None:
    """A test's id must not hold an address: the processes that share the tests collect different ones."""
    return value if isinstance(value, str) else value.__name__.strip("<>")


@pytest.mark.parametrize(("name", "misconception", "answer"), WRONG, ids=named)
def test_a_wrong_answer_in_another_writing_is_named(name: str, misconception: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert (verdict.status, verdict.misconception) == ("failed", misconception), (seed, verdict)


RIGHT: list[tuple[str, Any]] = [
    ("sinusoidal_encoding", encoding(right_exponent)),
    ("LearnedPositions", positions(lambda self, x: x + self.rows(x))),
    ("RelativeBias", bias(lambda rows: rows.permute(2, 0, 1))),
    ("alibi_bias", penalty(lambda h, heads: 2.0 ** (-8 * h / heads))),
    ("apply_rotary", rotated(lambda a: a.repeat_interleave(2, -1), partner_beside)),
    ("AttentionDecoder", Decoder),
    ("greedy_decode", greedily()),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=named)
def test_what_the_wrong_writings_are_made_from_is_right(name: str, answer: Any) -> None:
    for seed in SEEDS:
        assert verdict_on(name, answer, seed).status == "passed", verdict_on(name, answer, seed)


def test_an_answer_that_only_works_in_float32_loses_the_mark_for_float64_and_keeps_the_others() -> None:
    def in_float32(x: Tensor, positions: Tensor, base: float = 10_000.0) -> Tensor:
        turn: Callable[..., Tensor] = rotated(lambda a: a.repeat_interleave(2, -1), partner_beside)
        return turn(x.float(), positions.float(), base).to(x.dtype)

    verdict = verdict_on("apply_rotary", in_float32)
    assert [prop.name for prop in verdict.properties if prop.passed is False] == [
        "keeps_the_precision_of_float64_far_out"
    ]
