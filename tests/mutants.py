"""Mutants of the safety code: one small change each, to see whether the tests nearest to the file notice it.

    python tests/mutants.py                                  all files, with the survivors that nobody has explained
    python tests/mutants.py controller/link/visits.py        one file
    python tests/mutants.py controller/link/visits.py 17     one mutant, with what its tests say

Who survives is listed in tests/survivors.txt with a line on why that is no gap in the tests. Each mutant is a child that is
forked after the heavy imports, has the changed module instead of the real one, and gets so many seconds of CPU. POSIX only.
"""

import ast
import copy
import importlib.abc
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
SURVIVORS = Path(__file__).with_name("survivors.txt")
_LINK = "tests/controller/link"
_BOOK = (
    f"{_LINK}/test_visits.py",
    f"{_LINK}/test_link.py",
    f"{_LINK}/test_link_logins.py",
    f"{_LINK}/test_believed.py",
)
_STOCK = ("tests/controller/test_checker_stock.py", "tests/controller/test_stock.py")
NEAR: dict[str, tuple[str, ...]] = {
    "controller/link/visits.py": (*_BOOK, f"{_LINK}/test_failures_cancel.py"),
    "controller/link/link.py": (*_BOOK, f"{_LINK}/test_failures_cancel.py", f"{_LINK}/test_failures_plans.py"),
    "controller/link/logins.py": (*_BOOK[1:], f"{_LINK}/test_failures_plans.py"),
    "controller/link/claims.py": _BOOK[1:],
    "controller/link/hearing.py": (*_BOOK[1:], f"{_LINK}/test_failures_cancel.py", f"{_LINK}/test_failures_plans.py"),
    "controller/link/words.py": (*_BOOK[1:], f"{_LINK}/test_failures_cancel.py"),
    "robots/pilot.py": (
        "tests/robots/test_pilot.py",
        "tests/robots/test_pilot_obeys.py",
        f"{_LINK}/test_failures_cancel.py",
    ),
    "controller/planning/guard.py": ("tests/controller/test_guard.py", "tests/controller/test_plugins.py"),
    "controller/checking/motion.py": ("tests/controller/test_checker_motion.py",),
    "controller/checking/courses.py": (
        "tests/controller/test_checker_chain.py",
        "tests/controller/test_checker_purchases.py",
    ),
    "controller/checking/stock.py": _STOCK,
    "controller/stock.py": (_STOCK[1], _STOCK[0], "tests/controller/test_pods.py"),
}
"""Files, and the tests that are to notice what is wrong with them, the quickest first."""
_CPU_S = 60
_EARLY = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # hypothesis is imported before
_FLIPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of a file. where: the function. what: the statement's first line before and after."""

    file: str
    where: str
    what: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.file} | {self.where} | {self.what}"


def mutants(file: str) -> list[Mutant]:
    """All changes, one a mutant, in the file's order; of two that read alike the first only."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found: dict[str, Mutant] = {}
    for where, statement in _statements(tree, ""):
        before = _first_line(statement)
        for old, new in _changes(statement):
            changed = ast.fix_missing_locations(_replaced(tree, old, new))
            at = new if old is statement else _replaced(statement, old, new)
            mutant = Mutant(file, where, f"{before} → {_first_line(at)}", ast.unparse(changed))
            found.setdefault(mutant.name, mutant)
    return list(found.values())


def _statements(node: ast.AST, where: str) -> Iterator[tuple[str, ast.stmt]]:
    """Statements within functions, with the function's name."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.ClassDef)
        inner = f"{where}.{child.name}".lstrip(".") if named else where  # type: ignore[attr-defined]
        if isinstance(child, ast.stmt) and not named and where and not isinstance(node, ast.ClassDef | ast.Module):
            yield where, child
        yield from _statements(child, inner)


def _changes(statement: ast.stmt) -> Iterator[tuple[ast.AST, ast.AST]]:
    """(part, what takes its place), of a statement's own parts: those of statements within it are their own."""
    if _is_words(statement):
        return
    if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.Break | ast.Continue):
        yield statement, ast.Pass()
    if isinstance(statement, ast.Return) and statement.value is not None:
        judges = isinstance(statement.value, ast.Compare | ast.BoolOp | ast.UnaryOp)
        for value in (True, False) if judges else (None,):
            yield statement.value, ast.Constant(value)
    if isinstance(statement, ast.If | ast.While):
        yield statement.test, ast.Constant(value=False)
    if isinstance(statement, ast.If):
        yield statement.test, ast.Constant(value=True)
    for part in _own_parts(statement):
        if isinstance(part, ast.Constant) and type(part.value) is int:
            yield part, ast.Constant(part.value + 1)
            yield part, ast.Constant(part.value - 1)
        elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            yield part, part.operand
        elif type(part) in _FLIPS:
            yield part, _FLIPS[type(part)]()


def _own_parts(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.JoinedStr):
            yield child
            yield from _own_parts(child)


def _is_words(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _replaced(tree: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """A copy with one part replaced; operators are one object everywhere, so it is found by its way from the root."""
    parents = [(tree, copy.copy(tree))]
    root = parents[0][1]
    while parents:
        was, node = parents.pop()
        for name, value in ast.iter_fields(was):
            if value is old:
                setattr(node, name, new)
                return root
            if isinstance(value, ast.AST):
                setattr(node, name, copy.copy(value))
                parents.append((value, getattr(node, name)))
            elif isinstance(value, list):
                setattr(node, name, [new if one is old else copy.copy(one) for one in value])
                if any(one is old for one in value):
                    return root
                parents += [
                    (one, twin)
                    for one, twin in zip(value, getattr(node, name), strict=True)
                    if isinstance(one, ast.AST)
                ]
    raise LookupError("the part isn't in the tree")


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0][:150]


# --- trying them


class _Changed(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Finds the changed module instead of the real one."""

    def __init__(self, mutant: Mutant) -> None:
        self._name, self._mutant = mutant.file.removesuffix(".py").replace("/", "."), mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.source, self._mutant.file, "exec"), module.__dict__)


def tried(mutant: Mutant, *, loud: bool = False) -> int:
    """The process in which its near tests run; it ends with 0 if they all pass."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
        if not loud:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
        sys.meta_path.insert(0, _Changed(mutant))
        import pytest

        words = [
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "--hypothesis-seed=0",
            *_EARLY,
            *NEAR[mutant.file],
        ]
        status = int(pytest.main(words))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def survivors(file: str, workers: int) -> list[Mutant]:
    """Mutants of a file that its near tests don't notice. RuntimeError if those don't even pass as it is."""
    _import_heavy()
    as_it_is = Mutant(file, "", "", (ROOT / file).read_text(encoding="utf-8"))
    if not _passed(os.waitpid(tried(as_it_is), 0)[1]):
        raise RuntimeError(f"the tests near to {file} fail without any change")
    every = mutants(file)
    todo, running, alive = every[::-1], dict[int, Mutant](), set[str]()
    while todo or running:
        while todo and len(running) < workers:
            mutant = todo.pop()
            running[tried(mutant)] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        if _passed(status):
            alive.add(mutant.name)
    return [mutant for mutant in every if mutant.name in alive]


def _passed(status: int) -> bool:
    return os.waitstatus_to_exitcode(status) == 0


def explained() -> dict[str, str]:
    """{name of a survivor: why it is none of the tests' business}."""
    lines = SURVIVORS.read_text(encoding="utf-8").splitlines()
    pairs = [line.rsplit(" | ", 1) for line in lines if line and not line.startswith("#")]
    return {name: why for name, why in pairs if why.strip()}


def _import_heavy() -> None:
    """What takes long to import and isn't under test, so that each child has it."""
    import hypothesis
    import msgspec
    import numba
    import numpy as np
    import pytest
    import zmq

    assert all((hypothesis, msgspec, numba, np, pytest, zmq))


def main(words: Sequence[str]) -> int:
    os.chdir(ROOT)
    if len(words) == 2:
        mutant = mutants(words[0])[int(words[1])]
        print(mutant.name)
        return int(_passed(os.waitpid(tried(mutant, loud=True), 0)[1]))
    why, new = explained(), 0
    for file in words or NEAR:
        found = survivors(file, os.cpu_count() or 1)
        print(f"{file}: {len(found)} of {len(mutants(file))} survive", flush=True)
        for mutant in found:
            if mutant.name not in why:
                new += 1
                print(f"{mutant.name} | ", flush=True)
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
