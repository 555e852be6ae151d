"""Unit 08's BERT on the student's side, as ``mine`` gives it, and what a check asks of one."""

import contextlib
import io
from dataclasses import fields, is_dataclass
from typing import Any

from torch import nn


def bert(*sizes: Any) -> nn.Module:
    """Return a ``BertModel`` of a configuration whose values are in the contract's order."""
    # The line that says whose component it is belongs to the notebook's own imports, not to a check's.
    with contextlib.redirect_stdout(io.StringIO()):
        from mine import BertConfig, BertModel
    made: nn.Module = BertModel(BertConfig(*sizes))
    return made


class Facts:
    """Called with a model: its configuration, which parameters can be trained, and which modes there are in it."""

    def __call__(self, model: nn.Module) -> tuple[dict[str, Any], dict[str, bool], list[bool]]:
        config = getattr(model, "config", None)
        values = {f.name: getattr(config, f.name) for f in fields(config)} if is_dataclass(config) else {}
        trainable = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
        return values, trainable, [module.training for module in model.modules()]
