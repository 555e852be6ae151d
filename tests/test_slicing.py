"""What is cut out of cells stands alone, and holds nothing that isn't needed."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.slicing import cut, statements


def run(cells: list[str], *names: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec(cut(cells, names).text, namespace)
    return namespace


def text(cells: list[str], *names: str) -> str:
    return cut(cells, names).text


def test_helpers_constants_and_imports_come_along_and_nothing_else() -> None:
    cells = ["import math, json", "SCALE = 2\nUNUSED = 3", "def helper(x):\n    return math.sqrt(x) * SCALE"]
    found = text([*cells, "print(helper(3))", "def f(x):\n    return helper(x)"], "f")
    assert "import math" in found and "SCALE = 2" in found and "def helper" in found
    assert "json" not in found and "UNUSED" not in found and "print" not in found


def test_a_local_variable_is_not_taken_for_a_global_of_the_same_name() -> None:
    assert "weights = " not in text(["weights = [1] * 9", "def f(weights):\n    return weights"], "f")
    assert "total = 7" not in text(["total = 7", "def f(x):\n    total = x\n    return total"], "f")


def test_the_last_definition_that_ran_counts() -> None:
    namespace = run(["def g():\n    return 1", "def f():\n    return g()", "def g():\n    return 2"], "f")
    assert namespace["f"]() == 2  # type: ignore[operator]


def test_a_base_class_that_ran_again_later_still_comes_first() -> None:
    run(["class A(B):\n    pass", "class B:\n    pass"], "A")


def test_functions_that_call_each_other_come_along_once() -> None:
    found = text(["def a(n):\n    return n and b(n - 1)", "def b(n):\n    return n and a(n - 1)"], "a")
    assert found.count("def a") == found.count("def b") == 1


@pytest.mark.parametrize(
    "change", ["TABLE['a'] = 1", "TABLE.update(a=1)", "for key in 'a':\n    TABLE[key] = 1", "TABLE |= {'a': 1}"]
)
def test_what_changes_a_needed_object_comes_along(change: str) -> None:
    assert run([f"TABLE = {{}}\n{change}\ndef f():\n    return TABLE"], "f")["f"]() == {"a": 1}  # type: ignore[operator]


def test_a_method_set_after_the_class_comes_along() -> None:
    cell = "class A:\n    pass\n\ndef double(self, x):\n    return 2 * x\n\nA.double = double\nprint(A().double(2))"
    assert run([cell], "A")["A"]().double(2) == 4  # type: ignore[operator]
    assert "print" not in text([cell], "A")


def test_calls_on_an_imported_module_stay_behind() -> None:
    assert "seed" not in text(["import random\nrandom.seed(0)", "def f():\n    return random.random()"], "f")


def test_an_import_of_many_names_is_cut_to_those_needed() -> None:
    assert text(["from math import sqrt, pi as circle", "def f():\n    return circle"], "f").startswith(
        "from math import pi as circle\n"
    )


def test_star_imports_come_along_where_a_name_is_bound_nowhere_else() -> None:
    assert run(["from math import *", "def f():\n    return sqrt(4)"], "f")["f"]() == 2  # type: ignore[operator]
    assert "math" not in text(["from math import *", "def f():\n    return 4"], "f")


def test_names_found_nowhere_are_reported_and_built_in_ones_are_not() -> None:
    assert cut(["def f():\n    return len(unknown)"], ["f"]).missing == {"unknown"}


def test_names_outside_are_not_followed() -> None:
    assert "def g" not in cut(["def g():\n    pass", "def f():\n    g()"], ["f"], outside=["g"]).text


def test_statements_on_one_line_are_parted() -> None:
    assert text(["A = 1; B = 2; C = A"], "C") == "A = 1\n\n\nC = A"


def test_decorators_and_the_comment_above_belong_to_a_definition() -> None:
    cell = "import functools\n\n\n# remembers\n@functools.cache\ndef f():\n    return 1"
    assert text([cell], "f").endswith("# remembers\n@functools.cache\ndef f():\n    return 1")


def test_defaults_annotations_bases_and_decorators_are_needs() -> None:
    cells = ["import functools", "D = 1", "T = int", "class B:\n    pass"]
    cells += ["class A(B):\n    @functools.cache\n    def f(self, x: T = D) -> T:\n        return x"]
    assert run(cells, "A")["A"]().f() == 1  # type: ignore[operator]


def test_a_cell_that_does_not_parse_is_passed_over() -> None:
    assert run(["def f(:", "def f():\n    return 1"], "f")["f"]() == 1  # type: ignore[operator]


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sets(st.sampled_from("abcd"), max_size=3)), min_size=1, max_size=8)
)
def test_a_slice_parses_and_binds_all_that_it_mentions_and_the_cells_bind(plan: list[tuple[str, set[str]]]) -> None:
    cells = [f"def {name}():\n    return [{', '.join(f'{u}()' for u in sorted(uses))}]" for name, uses in plan]
    names = {name for name, _ in plan}
    found = cut(cells, [plan[0][0]])
    bound = set().union(*(statement.binds for statement in statements(found.text)))
    mentioned = {node.id for node in ast.walk(ast.parse(found.text)) if isinstance(node, ast.Name)}
    assert bound >= mentioned & names
    assert found.missing == mentioned - names
