"""The sentences of all findings the program can make outside the reading of a case, taken from its source."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

import edsim

ROOT = Path(edsim.__path__[0])
PARTS = ("what", "hint")
"""Arguments of a finding that are sentences."""
BESIDE = ("got", "allowed")
"""Arguments of a finding that stand beside its sentence."""
ORDER = ("code", "what", "file", "line", "column", "field", "got", "allowed", "hint", "severity")
ERRORS = {"EdsimError", "CaseError", "DataError", "InfeasibleError", "SolverError", "AuditError"}
NO_SENTENCE = {"lang", "path", "target"}
"""Parameters that reach a finding without being a sentence of it."""
_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop, ast.alias)
Scope = ast.FunctionDef | ast.Module
Helper = tuple[tuple[str, ...], tuple[str, ...]]
"""Parameters of a function, and those that end as sentences of a finding."""


@dataclass
class Sentences:
    """Template (``{}`` for what is filled in) → places; and expressions whose text the source does not show."""

    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unclear: dict[str, str] = field(default_factory=dict)


@cache
def trees() -> dict[str, ast.Module]:
    """Return module path → tree of everything but the reading of a case, whose texts have catalogues of their own."""
    paths = [p for p in sorted(ROOT.rglob("*.py")) if p.relative_to(ROOT).parts[0] != "case"]
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in paths}


def name_of(call: ast.Call) -> str:
    """Return the name a call is made by."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def argument(call: ast.Call, order: tuple[str, ...], name: str) -> ast.expr | None:
    """Return the argument of a parameter, None when it is left to its default."""
    named = next((k.value for k in call.keywords if k.arg == name), None)
    if named is not None or name not in order or len(call.args) <= order.index(name):
        return named
    return call.args[order.index(name)]


def unformatted(value: ast.expr | None) -> ast.expr | None:
    """Return x of ``x.format(...)``, any other expression as it is."""
    formats = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "format"
    return value.func.value if formats else value


def parameters(function: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs))


def imported(nodes: list[ast.ImportFrom]) -> dict[str, str]:
    """Return name → module path of everything imported from edsim."""
    found: dict[str, str] = {}
    for node in nodes:
        if (node.module or "").startswith("edsim."):
            base = (node.module or "").removeprefix("edsim.").replace(".", "/")
            found |= {a.asname or a.name: f"{base}.py" for a in node.names}
    return found


def children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below a node that may hold a call or an import: no names, constants, operators and contexts."""
    for name in node._fields:
        value = getattr(node, name, None)
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST) and not isinstance(child, _LEAVES):
                yield child


@dataclass(frozen=True)
class Made:
    """A call in the source: where it stands, and where the function it calls was defined."""

    module: str
    call: ast.Call
    inside: ast.FunctionDef | None
    calls: str
    defined: str


def all_calls(modules: Mapping[str, ast.Module]) -> list[Made]:
    """Return every call by name of the modules."""
    found = []
    for module, tree in modules.items():
        calls: list[tuple[ast.Call, ast.FunctionDef | None]] = []
        imports: list[ast.ImportFrom] = []
        stack: list[tuple[ast.AST, ast.FunctionDef | None]] = [(tree, None)]
        while stack:
            node, inside = stack.pop()
            inside = node if isinstance(node, ast.FunctionDef) else inside
            stack += [(child, inside) for child in children(node)]
            if isinstance(node, ast.Call):
                calls.append((node, inside))
            elif isinstance(node, ast.ImportFrom):
                imports.append(node)
        origin = imported(imports)
        for call, inside in calls:
            name = name_of(call)
            found.append(Made(module, call, inside, name, origin.get(name, module)))
    return found


def of_findings(calls: list[Made], helpers: Mapping[tuple[str, str], Helper]) -> Iterator[tuple[Made, Helper]]:
    """Yield every call that makes a finding, and its helper."""
    for made in calls:
        if made.calls == "Finding":
            yield made, (ORDER, PARTS)
            continue
        helper = helpers.get((made.module, made.calls)) or helpers.get((made.defined, made.calls))
        if helper is not None:
            yield made, helper


def find_helpers(calls: list[Made]) -> dict[tuple[str, str], Helper]:
    """Return (module, function) → helper, for functions that pass a parameter on as a sentence of a finding."""
    found: dict[tuple[str, str], Helper] = {}
    while True:
        before = len(found)
        for made, (order, wanted) in list(of_findings(calls, found)):
            if made.inside is None or (made.module, made.inside.name) in found:
                continue
            own = parameters(made.inside)
            values = [unformatted(argument(made.call, order, p)) for p in wanted]
            passed = tuple(v.id for v in values if isinstance(v, ast.Name) and v.id in own and v.id not in NO_SENTENCE)
            if passed:
                found[made.module, made.inside.name] = (tuple(p for p in own if p != "self"), passed)
        if len(found) == before:
            return found


def texts(node: ast.expr, scopes: tuple[Scope, ...], seen: frozenset[str] = frozenset()) -> list[str] | None:
    """Return the templates an expression can give, None when the source does not show them."""
    result: list[str] | None = None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        result = [node.value]
    elif isinstance(node, ast.JoinedStr):
        result = ["".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)]
    elif isinstance(node, ast.IfExp):
        result = _all([texts(n, scopes, seen) for n in (node.body, node.orelse)])
    elif isinstance(node, ast.BoolOp):
        result = _all([texts(n, scopes, seen) for n in node.values])
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = texts(node.left, scopes, seen), texts(node.right, scopes, seen)
        result = ["".join(p) for p in product(left or ["{}"], right or ["{}"])]
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        result = _all([texts(v, scopes, seen) for v in node.value.values])
    elif isinstance(node, ast.Call):
        result = _returned(node, scopes, seen)
    elif isinstance(node, ast.Name):
        if node.id in seen:
            return []  # a variable changed in place: its other values say the rest
        inside = seen | {node.id}
        result = next((t for s in scopes if (t := _assigned(node.id, s, scopes, inside)) is not None), None)
    return result


def _all(found: list[list[str] | None]) -> list[str] | None:
    return None if not found or None in found else [t for some in found if some is not None for t in some]


def _returned(call: ast.Call, scopes: tuple[Scope, ...], seen: frozenset[str] = frozenset()) -> list[str] | None:
    """Return the templates of ``"...".format()`` and of a function of the same module."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
        formats = texts(call.func.value, scopes, seen)
        return formats and [re.sub(r"\{[^{}]*\}", "{}", t) for t in formats]
    functions = [n for n in ast.walk(scopes[-1]) if isinstance(n, ast.FunctionDef) and n.name == name_of(call)]
    if not functions or isinstance(call.func, ast.Attribute):
        return None
    values = [n.value for n in ast.walk(functions[0]) if isinstance(n, ast.Return) and n.value is not None]
    return _all([texts(v, (functions[0], scopes[-1]), seen) for v in values])


def _assigned(
    name: str, scope: Scope, scopes: tuple[Scope, ...], seen: frozenset[str] = frozenset()
) -> list[str] | None:
    """Return the templates a variable is given in a scope, by assignment or by a loop over constants."""
    values: list[ast.expr] = []
    for statement in ast.walk(scope):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(statement, ast.Assign):
            pairs = [(t, statement.value) for t in statement.targets]
        elif isinstance(statement, ast.AnnAssign | ast.NamedExpr) and statement.value is not None:
            pairs = [(statement.target, statement.value)]
        elif isinstance(statement, ast.For) and isinstance(statement.iter, ast.Tuple | ast.List):
            pairs = [(statement.target, e) for e in statement.iter.elts]
        for target, value in pairs:
            if isinstance(target, ast.Name) and target.id == name:
                values.append(value)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                inner = zip(target.elts, value.elts, strict=False)
                values += [v for t, v in inner if isinstance(t, ast.Name) and t.id == name]
    return _all([texts(v, scopes, seen) for v in values])


def sentences() -> Sentences:
    """Return all sentences of findings and errors outside the reading of a case."""
    modules, result = trees(), Sentences()
    calls = all_calls(modules)
    sought = [(m, [argument(m.call, o, p) for p in w]) for m, (o, w) in of_findings(calls, find_helpers(calls))]
    sought += [(m, [m.call.args[0]]) for m in calls if m.calls in ERRORS and m.call.args]
    for made, values in sought:
        tree, place = modules[made.module], f"{made.module}:{made.call.lineno}"
        around: tuple[Scope, ...] = (tree,) if made.inside is None else (made.inside, tree)
        own = () if made.inside is None else parameters(made.inside)
        for value in values:
            bare = unformatted(value)
            passed_on = isinstance(bare, ast.Name) and bare.id in own and texts(bare, around[:1]) is None
            if value is None or passed_on:
                continue  # the callers say it
            found = texts(value, around)
            for text in (re.sub(r"\{\d\}", "{}", t) for t in found or []):
                if re.search(r"[a-z]{2}", text.replace("{}", "")):
                    result.said[text].append(place)
            if found is None:
                result.unclear[f"{made.module}: {ast.unparse(value)}"] = place
    return result


def beside() -> dict[str, str]:
    """Return the texts given as what was got and what is allowed, with numbers filled in → module."""
    found: dict[str, str] = {}
    for module, tree in trees().items():
        stack: list[ast.AST] = [tree]
        while stack:
            node = stack.pop()
            stack += children(node)
            values = [k.value for k in node.keywords if k.arg in BESIDE] if isinstance(node, ast.Call) else []
            if values and name_of(node) == "Finding":
                found |= {text: module for v in values for text in _plain(v)}
    return found


def _plain(node: ast.expr) -> Iterator[str]:
    """Yield the texts of an expression that its source shows, 5 for what is filled in."""
    if isinstance(node, ast.IfExp):
        yield from (*_plain(node.body), *_plain(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in _plain(value))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "5" for v in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
