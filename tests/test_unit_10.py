"""Unit 10: right answers in many styles pass, wrong ones are named; the oracles against other truths."""

import copy
import math
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tiny_bert
import torch
import torch.nn.functional as F
from tiny_bert import BertConfig, BertModel, masked_lm_loss
from torch import Tensor, nn

from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.wire import Channel
from autograder.units import find_component, load_unit
from autograder.units.u10_knowledge_distillation import distillation_loss as distillation
from autograder.units.u10_knowledge_distillation import profile as profiles

SEEDS = range(3)
UNIT = "10-knowledge-distillation"
Answer = Callable[..., Any]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def small_bert(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "mine", tiny_bert.mine())
    yield


def verdict_on(name: str, answer: Any, seed: int = 1) -> Any:
    component = find_component(name)[1]
    return judge(component, InProcessSubject(answer, component.forbidden), seed)


def named(value: Any) -> str | None:
    """A test's id must be the same in every process, so it holds no function's address."""
    return value if isinstance(value, str) else ""


def by_hand(logits: Tensor, temperature: float) -> Tensor:
    shifted = logits - logits.max(-1, keepdim=True).values
    heights = (shifted / temperature).exp()
    return heights / heights.sum(-1, keepdim=True)


def through_rows(logits: Tensor, temperature: float) -> Tensor:
    if logits.dim() == 1:
        return (logits / temperature - (logits / temperature).logsumexp(0)).exp()
    return torch.stack([through_rows(row, temperature) for row in logits])


def distil(**changed: Any) -> Answer:
    """Distillation with sums of logarithms, with something done differently."""

    def loss(student_logits: Tensor, teacher_logits: Tensor, temperature: float) -> Tensor:
        teacher = changed.get("cut", Tensor.detach)(teacher_logits)
        log_p, log_q = ((z / temperature).log_softmax(-1) for z in (teacher, student_logits))
        value = changed.get("value", lambda log_p, log_q: (log_p.exp() * (log_p - log_q)).sum(-1).mean())(log_p, log_q)
        return value * changed.get("scale", lambda t: t * t)(temperature)

    return loss


def by_kl_div(reduction: str = "batchmean", first: Answer = F.log_softmax, scaled: bool = True) -> Answer:
    def loss(student_logits: Tensor, teacher_logits: Tensor, temperature: float) -> Tensor:
        with torch.no_grad():
            target = (teacher_logits / temperature).softmax(-1)
        value = F.kl_div(first(student_logits / temperature, -1), target, reduction=reduction)
        return value * temperature**2 if scaled else value

    return loss


def cross_entropy_less_entropy(student_logits: Tensor, teacher_logits: Tensor, temperature: float) -> Tensor:
    p = (teacher_logits.detach() / temperature).softmax(-1)
    crossed = F.cross_entropy(student_logits / temperature, p)
    return temperature**2 * (crossed - torch.special.entr(p).sum(-1).mean())


def row_by_row(student_logits: Tensor, teacher_logits: Tensor, temperature: float) -> Tensor:
    losses = []
    for s, t in zip(student_logits, teacher_logits.detach(), strict=True):
        p = torch.distributions.Categorical(logits=t / temperature)
        losses.append(torch.distributions.kl_divergence(p, torch.distributions.Categorical(logits=s / temperature)))
    return torch.stack(losses).mean() * temperature**2


def threefold(**changed: Any) -> Answer:
    """DistilBERT's loss from chosen tokens, with something done differently."""

    def loss(
        student: dict[str, Tensor],
        teacher: dict[str, Tensor],
        labels: Tensor,
        mask: Tensor,
        temperature: float,
        alpha: float,
        beta: float,
        gamma: float,
    ) -> Tensor:
        weights = changed.get("weights", lambda *w: w)(alpha, beta, gamma)
        kept = {part: changed.get(part, mask) for part in ("logits", "hidden")}
        rows = [side["logits"][mask if kept["logits"] is mask else kept["logits"](mask)] for side in (student, teacher)]
        soft = distil()(*rows, temperature)
        hard = changed.get("hard", masked_lm_loss)(student["logits"], labels)
        vectors = [
            side["hidden"][mask if kept["hidden"] is mask else kept["hidden"](mask)] for side in (student, teacher)
        ]
        cosine = F.cosine_similarity(vectors[0], changed.get("cut", Tensor.detach)(vectors[1]), dim=-1)
        away = changed.get("away", lambda c: (1 - c).mean())(cosine)
        return weights[0] * soft + weights[1] * hard + weights[2] * away

    return loss


def whole(mask: Tensor) -> Tensor:
    return torch.ones_like(mask)


def with_sums(
    student: Any, teacher: Any, labels: Any, mask: Any, temperature: Any, alpha: Any, beta: Any, gamma: Any
) -> Any:
    """Sums over real tokens and a division by their number, no indexing; PyTorch's losses where they exist."""
    number = mask.sum()
    log_q = (student["logits"] / temperature).log_softmax(-1)
    log_p = (teacher["logits"].detach() / temperature).log_softmax(-1)
    each = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)
    soft = (each * mask).sum() / number * temperature**2
    hard = F.cross_entropy(student["logits"].transpose(1, 2), labels)
    s, t = student["hidden"], teacher["hidden"].detach()
    cosine = (s * t).sum(-1) / (s.norm(dim=-1) * t.norm(dim=-1))
    return alpha * soft + beta * hard + gamma * ((1 - cosine) * mask).sum() / number


def by_embedding_loss(
    student: Any, teacher: Any, labels: Any, mask: Any, temperature: Any, alpha: Any, beta: Any, gamma: Any
) -> Any:
    flat = mask.flatten()
    s, t = ({name: part.flatten(0, 1)[flat] for name, part in side.items()} for side in (student, teacher))
    ones = torch.ones(len(s["hidden"]))
    away = F.cosine_embedding_loss(s["hidden"], t["hidden"].detach(), ones)
    kept = labels != -100
    hard = F.cross_entropy(student["logits"][kept], labels[kept])
    return sum([alpha * by_kl_div()(s["logits"], t["logits"], temperature), beta * hard, gamma * away])


def over_the_number_of_all(
    student: Any, teacher: Any, labels: Any, mask: Any, temperature: Any, alpha: Any, beta: Any, gamma: Any
) -> Any:
    wrong = with_sums(student, teacher, labels, mask, temperature, alpha, 0.0, gamma) * mask.sum() / mask.numel()
    return wrong + beta * F.cross_entropy(student["logits"].mT, labels)


def copied(**changed: Any) -> Answer:
    """A new model with copied state dicts, with something done differently."""

    def make(teacher: Any, num_layers: int) -> nn.Module:
        config = changed.get("config", lambda config, n: replace(config, num_layers=n))(teacher.config, num_layers)
        student = BertModel(config)
        step = teacher.config.num_layers // num_layers
        if changed.get("embeddings", True):
            student.embeddings.load_state_dict(teacher.embeddings.state_dict())
        if changed.get("pooler", True):
            student.pooler.load_state_dict(teacher.pooler.state_dict())
        for i, layer in enumerate(student.encoder.layers):
            source = changed.get("source", lambda i, step, layers: i * step)(i, step, teacher.config.num_layers)
            layer.load_state_dict(teacher.encoder.layers[source].state_dict())
        changed.get("finally_", lambda student, teacher: None)(student, teacher)
        return student

    return make


def one_state_dict(teacher: Any, num_layers: int) -> nn.Module:
    step, state = teacher.config.num_layers // num_layers, {}
    for name, tensor in teacher.state_dict().items():
        parts = name.split(".")
        if parts[:2] == ["encoder", "layers"]:
            if int(parts[2]) % step:
                continue
            parts[2] = str(int(parts[2]) // step)
        state[".".join(parts)] = tensor
    fields = (teacher.config.__dict__ | {"num_layers": num_layers}).values()
    student = type(teacher)(BertConfig(*fields))
    student.load_state_dict(state)
    return student


def deep_copy(frees: bool = True, source: slice | None = None) -> Answer:
    def make(teacher: Any, num_layers: int) -> nn.Module:
        student = copy.deepcopy(teacher)
        step = teacher.config.num_layers // num_layers
        chosen = source or slice(None, None, step)
        student.encoder.layers = nn.ModuleList(list(student.encoder.layers)[chosen][:num_layers])
        student.config = replace(teacher.config, num_layers=num_layers)
        return student.requires_grad_(True) if frees else student

    return make


def in_place(teacher: Any, num_layers: int) -> nn.Module:
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    step = teacher.config.num_layers // num_layers
    own = dict(student.named_parameters())
    with torch.no_grad():
        for name, parameter in teacher.named_parameters():
            if not name.startswith("encoder.layers."):
                own[name].copy_(parameter)
        for i in range(num_layers):
            pairs = zip(
                student.encoder.layers[i].parameters(), teacher.encoder.layers[i * step].parameters(), strict=True
            )
            for mine, theirs in pairs:
                mine.data = theirs.data.clone()
    return student


def share_embeddings(student: Any, teacher: Any) -> None:
    student.embeddings = teacher.embeddings


def share_a_layer(student: Any, teacher: Any) -> None:
    student.encoder.layers[0] = teacher.encoder.layers[0]


def share_data(student: Any, teacher: Any) -> None:
    student.pooler.weight.data = teacher.pooler.weight.data


def cuts_the_teacher(teacher: Any, num_layers: int) -> nn.Module:
    step = teacher.config.num_layers // num_layers
    teacher.encoder.layers = teacher.encoder.layers[::step]
    teacher.config = replace(teacher.config, num_layers=num_layers)
    return teacher  # type: ignore[no-any-return]


def frees_the_teacher(teacher: Any, num_layers: int) -> nn.Module:
    return copied()(teacher.requires_grad_(True), num_layers)


def profiled(**changed: Any) -> Answer:
    """A profile with something done differently."""

    def profile(model: Any, inputs: Any, repeats: int = 20, clock: Answer = time.perf_counter) -> Any:
        was, times = model.training, []
        changed.get("mode", nn.Module.eval)(model)
        with changed.get("watch", torch.no_grad)():
            for _ in range(changed.get("warm_up", 1)):
                model(*inputs)
            for _ in range(repeats):
                start = clock()
                changed.get("call", lambda model, inputs: model(*inputs))(model, inputs)
                times.append(clock() - start)
        changed.get("restore", nn.Module.train)(model, was)
        parameters = changed.get("parameters", lambda model: list(model.parameters()))(model)
        count = sum(p.numel() for p in parameters)
        size = changed.get("size", lambda ps: sum(p.numel() * p.element_size() for p in ps) / 1e6)(parameters)
        return {
            "parameters": count,
            "megabytes": size,
            "median_ms": changed.get("middle", statistics.median)(times) * changed.get("unit", 1e3),
        }

    return profile


@torch.inference_mode()
def chained(model: Any, inputs: Any, repeats: int = 20, clock: Answer = time.perf_counter) -> Any:
    """Every call's end is the next one's beginning; three calls to warm up; tensors and NumPy."""
    training = {module: module.training for module in model.modules()}
    for module in training:
        module.training = False
    marks = []
    for call in range(repeats + 3):
        if call >= 2:
            marks.append(clock())
        model(*inputs)
    marks = np.diff([*marks, clock()])[-repeats:]
    for module, mode in training.items():
        module.training = mode
    sizes = {id(p): p.nbytes for p in model.parameters()}
    number = torch.tensor(sum(p.numel() for p in model.parameters()))
    return {
        "parameters": number,
        "megabytes": sum(sizes.values()) / 10**6,
        "median_ms": float(np.median(marks)) * 1e3,
        "repeats": repeats,
    }


def first_of_many(model: Any, inputs: Any, repeats: int = 20, clock: Answer = time.perf_counter) -> Any:
    """Warms up with gradients and times one call too many, whose time it throws away."""
    mode = model.training
    model.eval()
    model(*inputs)
    times = []
    with torch.no_grad():
        for _ in range(repeats + 1):
            begun = clock()
            model(*inputs)
            times.append(clock() - begun)
    model.train(mode)
    ordered = sorted(times[1:])
    middle = (ordered[(repeats - 1) // 2] + ordered[repeats // 2]) / 2
    numbers = list(model.parameters())
    return {
        "parameters": sum(map(Tensor.numel, numbers)),
        "megabytes": sum(p.untyped_storage().nbytes() for p in numbers) / 1e6,
        "median_ms": middle * 1000,
    }


def only_itself(model: Any, training: bool = False) -> None:
    model.training = training


def switched_off(model: Any) -> None:
    torch.set_grad_enabled(False)
    model.eval()


RIGHT: list[tuple[str, str, Any]] = [
    ("softmax_with_temperature", "torch", lambda logits, temperature: (logits / temperature).softmax(-1)),
    ("softmax_with_temperature", "by hand", by_hand),
    ("softmax_with_temperature", "rows", through_rows),
    ("distillation_loss", "kl_div", by_kl_div()),
    ("distillation_loss", "logarithms", distil()),
    ("distillation_loss", "entropy", cross_entropy_less_entropy),
    ("distillation_loss", "sum over rows", distil(value=lambda p, q: (p.exp() * (p - q)).sum() / len(p))),
    ("distilbert_loss", "indexing", threefold()),
    ("distilbert_loss", "sums", with_sums),
    ("distilbert_loss", "embedding loss", by_embedding_loss),
    ("student_from_teacher", "state dicts", copied()),
    ("student_from_teacher", "one state dict", one_state_dict),
    ("student_from_teacher", "deep copy", deep_copy()),
    ("student_from_teacher", "in place", in_place),
    ("profile", "textbook", profiled()),
    ("profile", "inference", chained),
    ("profile", "one too many", first_of_many),
    ("profile", "tensor", profiled(middle=lambda times: torch.tensor(times).quantile(0.5))),
]

WRONG: list[tuple[str, str, Any]] = [
    ("softmax_with_temperature", "multiplies-temperature", lambda z, t: (z * t).softmax(-1)),
    ("softmax_with_temperature", "multiplies-temperature", lambda z, t: by_hand(z, 1 / t)),
    ("softmax_with_temperature", "after-softmax", lambda z, t: z.softmax(-1) / t),
    ("softmax_with_temperature", "after-softmax", lambda z, t: by_hand(z.softmax(-1), t)),
    ("softmax_with_temperature", "after-softmax", lambda z, t: F.normalize(z.softmax(-1) / t, p=1, dim=-1)),
    ("distillation_loss", "missing-t-squared", distil(scale=lambda t: 1)),
    ("distillation_loss", "missing-t-squared", by_kl_div(scaled=False)),
    ("distillation_loss", "kl-arguments-swapped", distil(value=lambda p, q: (q.exp() * (q - p)).sum(-1).mean())),
    ("distillation_loss", "kl-arguments-swapped", lambda s, t, temperature: by_kl_div()(t, s, temperature)),
    ("distillation_loss", "probabilities-as-input", by_kl_div(first=F.softmax)),
    (
        "distillation_loss",
        "probabilities-as-input",
        distil(value=lambda p, q: (p.exp() * (p - q.exp())).sum(-1).mean()),
    ),
    ("distillation_loss", "mean-over-classes", by_kl_div(reduction="mean")),
    ("distillation_loss", "mean-over-classes", distil(value=lambda p, q: (p.exp() * (p - q)).mean())),
    ("distillation_loss", "teacher-not-detached", distil(cut=lambda teacher: teacher)),
    ("distillation_loss", "teacher-not-detached", distil(cut=lambda teacher: teacher.clone())),
    ("distilbert_loss", "cosine-sign", threefold(away=lambda c: c.mean())),
    ("distilbert_loss", "cosine-sign", threefold(away=lambda c: (1 + c).mean())),
    ("distilbert_loss", "padding-counted", threefold(logits=whole, hidden=whole)),
    ("distilbert_loss", "padding-counted", threefold(hidden=whole)),
    ("distilbert_loss", "padding-counted", threefold(logits=whole)),
    ("distilbert_loss", "padding-counted", over_the_number_of_all),
    ("distilbert_loss", "weights-swapped", threefold(weights=lambda a, b, c: (b, a, c))),
    ("distilbert_loss", "weights-swapped", threefold(weights=lambda a, b, c: (c, a, b))),
    ("student_from_teacher", "first-half", copied(source=lambda i, step, layers: i)),
    ("student_from_teacher", "first-half", lambda teacher, n: deep_copy(source=slice(n))(teacher, n)),
    ("student_from_teacher", "shared-tensors", copied(finally_=share_embeddings)),
    ("student_from_teacher", "shared-tensors", copied(finally_=share_a_layer)),
    ("student_from_teacher", "shared-tensors", copied(finally_=share_data)),
    ("student_from_teacher", "shared-tensors", cuts_the_teacher),
    ("student_from_teacher", "embeddings-missed", copied(embeddings=False)),
    ("student_from_teacher", "embeddings-missed", copied(embeddings=False, pooler=False)),
    ("profile", "training-mode", profiled(mode=lambda model: None)),
    ("profile", "training-mode", profiled(mode=nn.Module.train)),
    ("profile", "training-mode", profiled(mode=only_itself)),
    ("profile", "no-warm-up", profiled(warm_up=0)),
    ("profile", "no-warm-up", profiled(warm_up=0, watch=torch.inference_mode)),
    ("profile", "mean-not-median", profiled(middle=statistics.mean)),
    ("profile", "mean-not-median", profiled(middle=lambda times: sum(times) / len(times))),
]

UNNAMED: list[tuple[str, str, Any]] = [
    ("softmax_with_temperature", "first axis", lambda z, t: (z / t).softmax(0)),
    ("softmax_with_temperature", "logarithm", lambda z, t: (z / t).log_softmax(-1)),
    ("softmax_with_temperature", "unstable", lambda z, t: (z / t).exp() / (z / t).exp().sum(-1, keepdim=True)),
    ("softmax_with_temperature", "in place", lambda z, t: z.div_(t).softmax(-1)),
    ("softmax_with_temperature", "cut off", lambda z, t: (z / t).softmax(-1).detach()),
    ("softmax_with_temperature", "float32", lambda z, t: (z.float() / t).softmax(-1)),
    ("softmax_with_temperature", "whole degrees", lambda z, t: (z / max(1, int(t))).softmax(-1)),
    ("distillation_loss", "cross-entropy", lambda s, t, T: F.cross_entropy(s / T, (t / T).softmax(-1).detach()) * T**2),
    ("distillation_loss", "sum", by_kl_div(reduction="sum")),
    ("distillation_loss", "unreduced", by_kl_div(reduction="none")),
    ("distillation_loss", "student at one", lambda s, t, T: by_kl_div()(s * T, t, T)),
    ("distillation_loss", "teacher at one", lambda s, t, T: by_kl_div()(s, t * T, T)),
    ("distillation_loss", "squares", lambda s, t, T: F.mse_loss(s / T, t.detach() / T) * T**2),
    ("distillation_loss", "negative", distil(scale=lambda t: -t * t)),
    ("distillation_loss", "infinite where a probability is 0", row_by_row),
    ("distillation_loss", "student cut off", lambda s, t, T: distil()(s.detach(), t, T)),
    (
        "distillation_loss",
        "unstable",
        distil(value=lambda p, q: (p.exp() * (p.exp().log() - q.exp().log())).sum(-1).mean()),
    ),
    ("distillation_loss", "number", lambda s, t, T: distil()(s, t, T).item()),
    ("distilbert_loss", "no cosine", threefold(away=lambda c: 0.0)),
    ("distilbert_loss", "sum of cosines", threefold(away=lambda c: (1 - c).sum())),
    ("distilbert_loss", "all labels", threefold(hard=lambda z, y: F.cross_entropy(z.flatten(0, 1), y.flatten() % 2))),
    ("distilbert_loss", "zero not scored", threefold(hard=lambda z, y: masked_lm_loss(z, y.where(y > 0, -100)))),
    ("distilbert_loss", "teacher attached", threefold(cut=lambda hidden: hidden)),
    ("distilbert_loss", "unweighted", threefold(weights=lambda *w: (1.0, 1.0, 1.0))),
    ("distilbert_loss", "mean of sentences", threefold(away=lambda c: (1 - c).median())),
    ("student_from_teacher", "frozen", deep_copy(frees=False)),
    ("student_from_teacher", "last half", copied(source=lambda i, step, layers: layers - 1 - i)),
    ("student_from_teacher", "odd layers", copied(source=lambda i, step, layers: i * step + step - 1)),
    ("student_from_teacher", "always every second", copied(source=lambda i, step, layers: min(2 * i, layers - 1))),
    ("student_from_teacher", "pooler missed", copied(pooler=False)),
    ("student_from_teacher", "teacher freed", frees_the_teacher),
    (
        "student_from_teacher",
        "another configuration",
        copied(config=lambda c, n: replace(c, num_layers=n, num_heads=1)),
    ),
    ("student_from_teacher", "dropout lost", copied(config=lambda c, n: replace(c, num_layers=n, dropout=0.0))),
    ("student_from_teacher", "state dict", lambda teacher, n: copied()(teacher, n).state_dict()),
    ("student_from_teacher", "as deep as the teacher", lambda teacher, n: copy.deepcopy(teacher)),
    ("profile", "gradients", profiled(watch=torch.enable_grad)),
    ("profile", "trains afterwards", profiled(restore=lambda model, was: model.train())),
    ("profile", "left in evaluation", profiled(restore=lambda model, was: None)),
    ("profile", "itself restored only", profiled(restore=only_itself)),
    ("profile", "gradients stay off", profiled(mode=switched_off, watch=torch.inference_mode)),
    ("profile", "seconds", profiled(unit=1.0)),
    ("profile", "lower of the middle two", profiled(middle=statistics.median_low)),
    ("profile", "upper of the middle two", profiled(middle=statistics.median_high)),
    ("profile", "fastest", profiled(middle=min)),
    ("profile", "trainable only", profiled(parameters=lambda m: [p for p in m.parameters() if p.requires_grad])),
    ("profile", "state dict", profiled(parameters=lambda m: list(m.state_dict().values()))),
    ("profile", "four bytes each", profiled(size=lambda ps: sum(4 * p.numel() for p in ps) / 1e6)),
    ("profile", "mebibytes", profiled(size=lambda ps: sum(p.nbytes for p in ps) / 2**20)),
    ("profile", "first input only", profiled(call=lambda model, inputs: model(inputs[0]))),
    ("profile", "own clock", lambda model, inputs, repeats=20, clock=None: profiled()(model, inputs, repeats)),
    ("profile", "processor time", lambda m, i, repeats=20, clock=time.process_time: profiled()(m, i, repeats, clock)),
    ("profile", "ten by default", lambda m, i, repeats=10, clock=time.perf_counter: profiled()(m, i, repeats, clock)),
    ("profile", "two calls at once", profiled(call=lambda model, inputs: (model(*inputs), model(*inputs)))),
]


@pytest.mark.parametrize(("name", "style", "answer"), RIGHT, ids=named)
def test_a_right_answer_passes_in_every_style(name: str, style: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert verdict.status == "passed", (seed, verdict)


@pytest.mark.parametrize(("name", "misconception", "answer"), WRONG, ids=named)
def test_a_wrong_answer_is_named(name: str, misconception: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert (verdict.status, verdict.misconception) == ("failed", misconception), (seed, verdict)


@pytest.mark.parametrize(("name", "how", "answer"), UNNAMED, ids=named)
def test_a_wrong_answer_of_another_kind_is_told_what_was_expected_and_not_misnamed(
    name: str, how: str, answer: Any
) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert (verdict.status, verdict.misconception) == ("failed", None), (seed, verdict)
        assert "expected" in verdict.message or "Your code raised" in verdict.message
    assert torch.is_grad_enabled()


def test_every_misconception_is_there_in_two_writings() -> None:
    for component in load_unit(UNIT).components:
        for mistake in component.mistakes:
            assert sum((component.name, mistake.id) == wrong[:2] for wrong in WRONG) >= 2, mistake.id


def over_a_channel(name: str, answer: Any, seed: int) -> Any:
    ours, theirs = socket.socketpair()
    component = find_component(name)[1]
    subject = InProcessSubject(answer, component.forbidden)
    threading.Thread(target=serve, args=(Channel(theirs), subject), daemon=True).start()
    remote = RemoteSubject(Channel(ours))
    verdict = judge(component, remote, seed)
    remote.close()
    return verdict


FIRST_STYLES = {name: answer for name, _, answer in reversed(RIGHT)}
FIRST_WRITINGS = {(name, mistake): answer for name, mistake, answer in reversed(WRONG)}


@pytest.mark.parametrize("name", FIRST_STYLES)
def test_a_right_answer_passes_over_a_channel_too(name: str) -> None:
    verdict = over_a_channel(name, FIRST_STYLES[name], 4)
    assert verdict.status == "passed", verdict


@pytest.mark.parametrize(("name", "misconception"), FIRST_WRITINGS)
def test_a_wrong_answer_is_named_over_a_channel_too(name: str, misconception: str) -> None:
    verdict = over_a_channel(name, FIRST_WRITINGS[name, misconception], 5)
    assert verdict.misconception == misconception, verdict


def test_the_oracle_of_the_divergence_is_its_definition_in_double_precision() -> None:
    student, teacher = torch.randn(2, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    for temperature in (0.5, 1.0, 3.0):
        q, p = (np.exp(z.numpy() / temperature) for z in (student, teacher))
        p, q = p / p.sum(-1, keepdims=True), q / q.sum(-1, keepdims=True)
        by_definition = temperature**2 * (p * np.log(p / q)).sum(-1).mean()
        assert math.isclose(float(distillation.pytorch(student, teacher, temperature)), by_definition, rel_tol=1e-12)


def test_the_drawn_durations_tell_mean_and_median_apart_in_every_window() -> None:
    for seed in range(20):
        component = load_unit(UNIT).component("profile")
        for name, call in component.draw(profiles.Draw(seed, "profile")).items():
            seconds, repeats = call.args[0], call.args[3] or profiles.DEFAULT_REPEATS
            if repeats > 2:
                windows = [seconds[i : i + repeats] for i in range(4)]
                medians = [statistics.median(window) for window in windows]
                assert all(abs(statistics.mean(w) / m - 1) > 0.01 for w, m in zip(windows, medians, strict=True)), name
