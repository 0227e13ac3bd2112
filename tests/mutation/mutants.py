"""Makes mutants: small faults put into code one at a time, by changing comparisons, conditions and numbers and by
leaving out statements.

A mutant that no test detects shows a gap in the tests, or code without effect. Budd et al., "Theoretical and empirical
studies on using program mutation to test the functional correctness of programs", 1980.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NOT_RUN_AGAIN = {"annotation", "returns", "decorator_list", "defaults", "kw_defaults", "type_params"}
"""Parts of a function that its code object doesn't contain."""
_SMALL = 10


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutant. where: the function's qualified name, "" for a constant of the module. code: of the whole module, or of
    the constant.
    """

    where: str
    line: str
    change: str
    code: CodeType

    @property
    def key(self) -> tuple[str, str, str]:
        """Identifier of the fault that doesn't depend on other changes of the file."""
        return self.where, self.line, self.change


def mutants(source: str, file: str) -> Iterator[Mutant]:
    """Yield the mutants of a module's functions and constants, in the order of its lines.

    Default values, decorators, class attributes, texts and log statements are left as they are.
    """
    tree, lines = ast.parse(source), source.splitlines()
    for root, where in _roots(tree, ""):
        whole = tree if where else ast.Module([root], [])
        times: Counter[tuple[str, str]] = Counter()
        for parent, field, place, old in _slots(root):
            for new in _variants(field, old):
                if _says_nothing(old, root):
                    continue
                line = lines[old.lineno - 1].strip()
                before = _text(parent, old)
                _put(parent, field, place, new)
                change = "left out" if isinstance(new, ast.Pass) else f"{before} → {_text(parent, new)}"
                code = compile(ast.fix_missing_locations(whole), file, "exec")
                _put(parent, field, place, old)
                times[line, change] += 1
                again = f" (no. {times[line, change]})" if times[line, change] > 1 else ""
                yield Mutant(where, line, change + again, code)


def _roots(node: ast.AST, prefix: str) -> Iterator[tuple[ast.stmt, str]]:
    """Yield (outermost function, its qualified name), or (assignment of the module, "")."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _roots(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child, prefix + child.name
        elif isinstance(child, ast.Assign | ast.AnnAssign) and not prefix:
            yield child, ""


def _slots(node: ast.AST) -> Iterator[tuple[ast.AST, str, int, ast.expr | ast.stmt]]:
    """Yield (parent, field, index in the field or -1, node) for everything that is executed in a node."""
    for field, value in ast.iter_fields(node):
        if field in _NOT_RUN_AGAIN:
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(-1, value)]:
            if _is_let_be(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield node, field, place, child
            if isinstance(child, ast.AST) and not _is_negative(child):
                yield from _slots(child)


def _says_nothing(node: ast.AST, root: ast.AST) -> bool:
    """Return whether a statement is `return None` at the end of a function that returns nothing anyway."""
    match node:
        case ast.Return(value=None | ast.Constant(value=None)):
            return isinstance(root, ast.FunctionDef) and node is root.body[-1]
    return False


def _is_let_be(node: object) -> bool:
    """Return whether a node is left as it is: texts, log statements, and zip's check of its arguments."""
    match node:
        case ast.JoinedStr() | ast.keyword(arg="strict"):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="_log")))):
            return True
    return False


def _is_negative(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def _variants(field: str, node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    if _can_go(node):
        yield ast.copy_location(ast.Pass(), node)
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                for other in _COMPARISONS[type(operator)]:
                    yield _changed(node, ops=[*ops[:place], other(), *ops[place + 1 :]])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _OPERATORS:
            yield _changed(node, op=_OPERATORS[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield _changed(node, value=not node.value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if value <= _SMALL:
            yield ast.copy_location(ast.Constant(1 - value), node)
        case ast.Constant(value=int(value)) if value <= _SMALL:
            yield _changed(node, value=value + 1)
            yield _changed(node, value=value - 1)
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            yield _changed(node, func=_changed(node.func, id=_CALLS[name]))
        case _ if field in ("test", "ifs") and not isinstance(node, ast.BoolOp):
            yield ast.copy_location(ast.UnaryOp(ast.Not(), node), node)


def _can_go(node: ast.AST) -> bool:
    """Return whether a statement can be left out without an undefined name."""
    match node:
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant)
        case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target, value=ast.expr()):
            return isinstance(target, ast.Attribute | ast.Subscript)
        case ast.AugAssign() | ast.Return() | ast.Continue() | ast.Break() | ast.Raise() | ast.Delete() | ast.Assert():
            return True
    return False


def _changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for field, value in fields.items():
        setattr(other, field, value)
    return other


def _put(parent: ast.AST, field: str, place: int, node: ast.AST) -> None:
    if place < 0:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _text(parent: ast.AST, node: ast.AST) -> str:
    """Return the code of a node; for a number, the expression around it."""
    bare = (isinstance(node, ast.Constant) or _is_negative(node)) and isinstance(parent, ast.expr)
    return ast.unparse(parent if bare else node)
