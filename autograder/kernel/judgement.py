"""From a submission to its verdict: runs its cells on the untrusted side, and asks each component here."""

import ast
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder import RELEASE
from autograder.judging.component import Component
from autograder.judging.judge import judge, missing, unjudged
from autograder.judging.verdict import ComponentVerdict, UnitVerdict
from autograder.kernel.cells import Cell, CellOutcome, References, Submission
from autograder.kernel.faults import KernelFault
from autograder.kernel.kernel import Kernel
from autograder.kernel.reference import Packed, neighbours, pack
from autograder.kernel.session import Broken, Report, Session
from autograder.units import load_unit

LONGEST_CELL = 1_000_000
TOO_LARGE = f"The cell is longer than {LONGEST_CELL:,} characters and was not run."
TAMPERED = "A cell changes the code that answers the judge."
# What torch imports for a second when a function, or a device, is first used: better once in the template than in each
# child.
LATE_IMPORTS = {"broadcast_shapes": "torch.fx.experimental.symbolic_shapes", "meta": "torch._dynamo"}
UNFINISHED = "Not judged: the submission as a whole ran longer than the time limit."


@dataclass(frozen=True)
class Judgement:
    """A unit's verdict, what became of each cell, what both sides cost, and what the instructor may want to know."""

    verdict: UnitVerdict
    outcomes: tuple[CellOutcome, ...]
    cpu_seconds: float
    notes: tuple[str, ...]


@dataclass
class _Context:
    """What all runs of one submission share."""

    kernel: Kernel
    names: tuple[str, ...]
    references: Packed
    seed: int
    end: float
    cpu_seconds: float = 0.0


def judge_submission(kernel: Kernel, submission: Submission, references: References, seed: int) -> Judgement:
    """Judge every component of the submission's unit; KernelFault if the kernel died twice."""
    try:
        return _judged(kernel, submission, references, seed)
    except KernelFault:
        kernel.restart()
        return _judged(kernel, submission, references, seed)


def _judged(kernel: Kernel, submission: Submission, references: References, seed: int) -> Judgement:
    started = time.process_time()
    unit = load_unit(submission.unit)
    names = tuple(component.name for component in unit.components)
    kernel.prepare(imported(submission.cells), (component.forbidden for component in unit.components))
    context = _Context(kernel, names, pack(references), seed, time.monotonic() + kernel.limits.submission_seconds)
    run = _Run(context, submission.cells, unit.components)
    run.finish()
    verdicts = tuple(_just(component, run) for component in unit.components)
    return Judgement(
        verdict=UnitVerdict(unit.name, RELEASE, seed, verdicts),
        outcomes=tuple(outcome for _, outcome in sorted(run.outcomes.items())),
        cpu_seconds=context.cpu_seconds + time.process_time() - started,
        notes=(*submission.notes, *dict.fromkeys(run.suspicions)),
    )


def _just(component: Component, run: "_Run") -> ComponentVerdict:
    """Return a component's verdict; where the submission changed what all share, the best it gets without the others.

    So a cell that patches a library, or leaves a thread behind, takes marks off no component but its own.
    """
    best = run.verdicts[component.name]
    own = [cell for cell in run.cells if _defines(cell, component)]
    others_doing = any(run.cells[index] not in own for index in run.broken) or len(run.suspicions) > len(run.broken)
    if not others_doing or best.status != "failed" or not own:
        return best
    verdicts = [best]
    tried = [list(run.cells)]
    for kinds in (("given", "added"), ("given",)):
        cells = [cell for cell in run.cells if cell.kind in kinds or cell in own]
        if verdicts[-1].status == "failed" and cells not in tried:
            tried.append(cells)
            alone = _Run(run.context, cells, [component])
            alone.finish()
            verdicts.append(alone.verdicts[component.name])
    return max(verdicts, key=lambda verdict: verdict.score)


class _Run:
    """Some cells, run in order, anew without each one that crashes; and what the components then answer.

    If the process that ran the cells breaks while a component is asked, the next one gets a new process.
    """

    def __init__(self, context: _Context, cells: Sequence[Cell], components: Sequence[Component]) -> None:
        self.context = context
        self.cells = cells
        self.outcomes = {
            index: CellOutcome(cell.name, TOO_LARGE)
            for index, cell in enumerate(cells)
            if len(cell.source) > LONGEST_CELL
        }
        self.verdicts: dict[str, ComponentVerdict] = {}
        self.suspicions: list[str] = []
        self.broken: list[int] = []
        self._components = components
        self._left = {index: cell for index, cell in enumerate(cells) if len(cell.source) <= LONGEST_CELL}
        self._bound: Sequence[str] | None = None
        self._doubtful: list[Component] = []

    def finish(self) -> None:
        """Fill in outcomes, verdicts and suspicions."""
        while self._again():
            pass
        for component in self._components:
            if component.name not in self.verdicts:
                self.verdicts[component.name] = self._unasked(component)

    def _again(self) -> bool:
        """Run the cells that are left; True if that has to be done once more."""
        context = self.context
        with context.kernel.session() as session:
            report = session.run(list(self._left.values()), context.names, context.references.earlier, context.end)
            if not report.stopped:
                self._note(report)
                again = self._ask_all(session, report)
        context.cpu_seconds += session.cpu_seconds
        if report.stopped:
            self._note(session.explained(report))
            again = self._drop(report)
        return again and time.monotonic() < context.end

    def _note(self, report: Report) -> None:
        for (index, cell), ran in zip(self._left.items(), report.ran, strict=False):
            self.outcomes[index] = CellOutcome(cell.name, ran.problem, ran.printed)

    def _drop(self, report: Report) -> bool:
        """Leave out the cell at which the run stopped."""
        stopped_at = len(report.ran) - 1
        if report.ran[-1].broke:
            self.suspicions.append(report.ran[-1].problem)
        if stopped_at >= len(self._left):
            return False
        index = list(self._left)[stopped_at]
        if report.ran[-1].broke:
            self.broken.append(index)
        del self._left[index]
        return True

    def _ask_all(self, session: Session, report: Report) -> bool:
        """Ask each component; True if the process broke and has to be made anew for the ones that are left."""
        self._bound = report.bound
        before = self._progress()
        waiting = [c for c in self._components if c.name in report.bound and c.name not in self.verdicts]
        try:
            self._ask_together(session, [component for component in waiting if not self._own_problem(component)])
            self._ask_apart(session)
            if report.machinery_changed:
                self._distrust()
            if self._anything_failed():
                self.suspicions += session.changes()
        except Broken as broken:
            self.suspicions.append(str(broken))
            return self._progress() != before
        return False

    def _ask_together(self, session: Session, waiting: Sequence[Component]) -> None:
        """Let one process serve the components in turn, which spares most of the forks.

        What passes, has passed. What fails after others were served is doubtful: it may be their doing.
        """
        served = 0
        for component in waiting:
            if time.monotonic() > self.context.end:
                return
            verdict, broken = self._ask(session, component)
            self.verdicts[component.name] = verdict
            if served and verdict.status != "passed":
                self._doubtful.append(component)
            served += 1
            if broken:
                session.finish()
                served = 0

    def _ask_apart(self, session: Session) -> None:
        """Ask each doubtful component again in a process of its own; this counts."""
        while self._doubtful and time.monotonic() < self.context.end:
            session.finish()
            self.verdicts[self._doubtful[0].name], _ = self._ask(session, self._doubtful[0])
            self._doubtful.pop(0)
        session.finish()

    def _distrust(self) -> None:
        """Take back what passed because nothing forbidden was seen, where a cell changed what would have seen it."""
        for component in self._components:
            if component.forbidden and self.verdicts[component.name].status == "passed":
                self.verdicts[component.name] = unjudged(component, "failed", TAMPERED)
        self.suspicions.append(TAMPERED)

    def _progress(self) -> tuple[int, int]:
        return len(self.verdicts), len(self._doubtful)

    def _anything_failed(self) -> bool:
        failed = any(verdict.status == "failed" for verdict in self.verdicts.values())
        return failed or any(map(self._own_problem, self._components))

    def _ask(self, session: Session, component: Component) -> tuple[ComponentVerdict, bool]:
        limits = self.context.kernel.limits
        patience = time.monotonic() + limits.component_seconds * limits.patience
        subject = session.subject(self._order(component), min(patience, self.context.end))
        verdict = judge(component, subject, self.context.seed)
        subject.close()
        if subject.died:
            self.suspicions.append(f"The process that served {component.name} died.")
        return verdict, subject.broken

    def _order(self, component: Component) -> dict[str, object]:
        rebind = neighbours(component.name, self.cells, self.context.references)
        return {
            "name": component.name,
            "seed": random.Random(f"{self.context.seed}/{component.name}").getrandbits(32),
            "seconds": self.context.kernel.limits.component_seconds,
            "forbidden": list(component.forbidden),
            "rebind": rebind,
            "references": self.context.references.needed(rebind),
        }

    def _own_problem(self, component: Component) -> str:
        """Return what is wrong with the component's own cells, if none of them ran through."""
        own = [self.outcomes.get(i) for i, cell in enumerate(self.cells) if _defines(cell, component)]
        problems = [outcome.problem if outcome else UNFINISHED for outcome in own]
        return problems[-1] if problems and all(problems) else ""

    def _unasked(self, component: Component) -> ComponentVerdict:
        problem = self._own_problem(component)
        if problem:
            return unjudged(component, "failed", problem)
        if self._bound is not None and component.name not in self._bound:
            return missing(component, f"There is no {component.name} in this submission.")
        return unjudged(component, "failed", self.suspicions[-1] if self.suspicions else UNFINISHED)


def imported(cells: Iterable[Cell]) -> list[str]:
    """Return the modules that the course's own cells import, and those that torch will import for what others call."""
    found: list[str] = []
    for cell in cells:
        if cell.kind == "given":
            found += _imports(cell.source)
        else:
            found += [module for name, module in LATE_IMPORTS.items() if name in cell.source]
    return found


def _imports(source: str) -> list[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    nodes = list(ast.walk(tree))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]


def _defines(cell: Cell, component: Component) -> bool:
    return cell.kind == "solution" and cell.name == component.name
