"""One judgement under way: the drawn calls, the student's answer to each, the oracle's, each asked for once."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Given
from autograder.judging.draws import Draw
from autograder.judging.expect import describe
from autograder.judging.subject import (
    COMPONENT,
    After,
    Callback,
    Gradients,
    Handle,
    Library,
    StudentError,
    Subject,
    copy_tensors,
    is_float_tensor,
    leaves,
    map_leaves,
)

METHOD = Library("autograder.judging.layers.Method")


class Trial:
    """What a property or a mistake is asked about. Answers to drawn calls are remembered, errors included."""

    def __init__(self, component: Component, subject: Subject, seed: int) -> None:
        self.component = component
        self.subject = subject
        self.draw = Draw(seed, component.name)
        self.calls = dict(component.draw(self.draw))
        self._remembered: dict[tuple[str, str], Any] = {}
        self._instances: dict[Any, tuple[Call, Handle]] = {}

    def result(self, name: str) -> Any:
        """Return the student's value for a drawn call; raises StudentError as often as asked if it failed."""
        return self._once("result", name, lambda: self.run(self.calls[name]))

    def look_back(self, name: str) -> After:
        """Return the student's value with the arguments as the call left them."""
        call = self.calls[name]
        return self._once_after(name, call)

    def gradients(self, name: str) -> Gradients:
        """Return the student's gradients for a drawn call, for cotangents drawn to fit the oracle's outputs."""
        call = self.calls[name]
        found: Gradients = self._once(
            "gradients",
            name,
            lambda: self.subject.grad(self.target(call), *self._arguments(call), self.cotangents(name)),
        )
        return found

    def expected(self, name: str) -> Any:
        """Return the oracle's value for a drawn call."""
        return self._once("expected", name, lambda: self.evaluate(self.oracle, self.calls[name]))

    def expected_gradients(self, name: str) -> dict[str, Tensor | None]:
        """Return the gradients of the oracle's outputs for the same cotangents, by the same leaf names."""
        found: dict[str, Tensor | None] = self._once("expected_gradients", name, lambda: self._differentiate(name))
        return found

    @property
    def oracle(self) -> Callable[..., Any]:
        """The component's oracle; asking for one that isn't there is a fault of the checks."""
        if self.component.oracle is None:
            raise LookupError(f"{self.component.name} has no oracle")
        return self.component.oracle

    def evaluate(self, version: Callable[..., Any], call: Call) -> Any:
        """Call an oracle or a wrong version on the judge's side, with fresh copies of the call's tensors."""
        args, kwargs, state = copy_tensors((call.args, dict(call.kwargs), dict(call.state or {})))
        if call.init is None:
            return version(*args, **kwargs)
        return version(call.init, state, *args, **kwargs)

    def run(self, call: Call) -> Any:
        """Make a call of the student's component that need not be a drawn one."""
        return self.subject.call(self.target(call), *self._arguments(call))

    def target(self, call: Call) -> Handle:
        """Return what the call is made on: the component, or an instance built, filled and set to its mode.

        Calls that share their constructor's arguments, their state and their mode share the instance.
        """
        if call.init is None:
            return COMPONENT
        key = (call.init, tuple(call.init_kwargs.items()), id(call.state), call.training, call.method, call.within)
        if key not in self._instances:
            # The call is kept, too: a state that is no more could have its place taken by another one.
            self._instances[key] = call, self._instance(call.init, call)
        return self._instances[key][1]

    def _instance(self, init: tuple[Any, ...], call: Call) -> Handle:
        made = self.filled(init, call)
        self.subject.call(made, (call.training,), {}, method="train")
        return self.subject.construct(METHOD, (made, call.method), {}) if call.method else made

    def filled(self, init: tuple[Any, ...], call: Call) -> Handle:
        """Construct an instance from these arguments, put it within what the call says, and copy the state into it."""
        placed = tuple(map_leaves(self._place, init))
        made = self.construct(*placed, **call.init_kwargs)
        if call.within:
            made = self.library(call.within, *placed, made)
        if call.state is not None:
            self.subject.set_state(made, call.state)
        return made

    def _arguments(self, call: Call) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The call's arguments, with what is given in its place on the student's side."""
        received = map_leaves(self._place, (call.args, dict(call.kwargs)))
        return received[0], received[1]

    def _place(self, leaf: Any) -> Any:
        if not isinstance(leaf, Given):
            return leaf
        made = self.library(leaf.path, *map_leaves(self._place, leaf.args))
        if leaf.state is not None:
            self.subject.set_state(made, leaf.state)
        return made

    def construct(self, *args: Any, **kwargs: Any) -> Handle:
        """Construct an instance of the student's class, with what is given in its place on the student's side."""
        return self.subject.construct(COMPONENT, map_leaves(self._place, args), kwargs)

    def library(self, path: str, *args: Any, **kwargs: Any) -> Handle:
        """Construct a library's object, such as ``torch.nn.Linear``, on the student's side."""
        return self.subject.construct(Library(path), args, kwargs)

    def cotangents(self, name: str) -> list[Tensor]:
        """Return one random tensor for each float output of the oracle on a drawn call."""
        outputs = [leaf for _, leaf in leaves(self.expected(name)) if is_float_tensor(leaf)]
        draw = Draw(0, f"{self.component.name}/{name}/cotangents")
        return [draw.normal(*output.shape, dtype=output.dtype) for output in outputs]

    def describe(self, name: str) -> str:
        """Return a drawn call as text: the component's name and what each argument was."""
        text: str = self._once("described", name, lambda: self._described(name))
        return text

    def _described(self, name: str) -> str:
        call = self.calls[name]
        names = self._parameter_names(call)
        parts = [f"{n}={_argument(a)}" for n, a in zip(names, call.args, strict=False)]
        parts += [f"{n}={_argument(a)}" for n, a in call.kwargs.items()]
        method = f".{call.method}" if call.method else ""
        return f"{self.built(name)}{method}({', '.join(parts)})"

    def built(self, name: str) -> str:
        """Return as text what a drawn call is made on: the component, with its constructor's arguments if any."""
        call = self.calls[name]
        given = [_argument(a) for a in call.init or ()] + [f"{n}={_argument(a)}" for n, a in call.init_kwargs.items()]
        return self.component.name + ("" if call.init is None else f"({', '.join(given)})")

    def leaf_name(self, name: str, path: str) -> str:
        """Return what a leaf of a call is to the student: the argument's or the parameter's name."""
        kind, _, rest = path.partition(".")
        if kind != "args":
            return rest
        first, _, inner = rest.partition(".")
        return self._parameter_names(self.calls[name])[int(first)] + (f"[{inner}]" if inner else "")

    def _parameter_names(self, call: Call) -> list[str]:
        if self.component.oracle is None:
            return [f"argument {i + 1}" for i in range(len(call.args))]
        names = _parameters(self.component.oracle)[0 if call.init is None else 2 :]
        return names + [names[-1] if names else "argument"] * len(call.args)

    def _differentiate(self, name: str) -> dict[str, Tensor | None]:
        call = self.calls[name]
        inputs = copy_tensors({"args": call.args, "kwargs": dict(call.kwargs), "state": dict(call.state or {})})
        variables = {path: leaf.requires_grad_() for path, leaf in leaves(inputs) if is_float_tensor(leaf)}
        before = () if call.init is None else (call.init, inputs["state"])
        value = self.oracle(*before, *inputs["args"], **inputs["kwargs"])
        outputs = [leaf for _, leaf in leaves(value) if is_float_tensor(leaf)]
        total = torch.stack([(o * c).sum() for o, c in zip(outputs, self.cotangents(name), strict=True)]).sum()
        found = torch.autograd.grad(total, list(variables.values()), allow_unused=True)
        return dict(zip(variables, found, strict=True))

    def _once_after(self, name: str, call: Call) -> After:
        after: After = self._once(
            "look_back", name, lambda: self.subject.call_and_look_back(self.target(call), *self._arguments(call))
        )
        self._remembered.setdefault(("result", name), after.value)
        return after

    def _once(self, kind: str, name: str, compute: Callable[[], Any]) -> Any:
        key = (kind, name)
        if key not in self._remembered:
            try:
                self._remembered[key] = compute()
            except StudentError as error:
                error.call = self.describe(name)
                self._remembered[key] = error
        found = self._remembered[key]
        if isinstance(found, StudentError):
            raise found
        return found


@functools.cache
def _parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _argument(value: Any) -> str:
    if isinstance(value, Tensor):
        return describe(value).removeprefix("a ") if value.numel() > 6 else f"{value.tolist()}"
    if isinstance(value, (Callback, Library)):
        return "a function" if isinstance(value, Callback) else value.path.rpartition(".")[2]
    if isinstance(value, Given):
        return f"a {value.path.rpartition('.')[2]}"
    return describe(value).removesuffix(" (is a return missing?)")
