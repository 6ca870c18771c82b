"""A page's template, all that it extends and includes, and what it calls, made into one function.

Jinja looks up each block, part, attribute and function anew for every page, though nearly none of it can
differ. Here `extends`, `block`, `super()`, `self.name()` and `include` are resolved once, and attributes and
the theme's own functions are asked directly. What is made so is what Jinja makes, or it is not made: a
template that does more is left to Jinja, and of a page that fails Jinja is asked, which knows what to say.
`tests/render` holds both side by side.
"""

import keyword
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, find_undeclared
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

MARKUP = "_html"
"""How the names of fields end that hold markup."""

_LEVELS_MAX = 12
"""Templates in templates; whoever goes deeper may be going in a circle."""
_CAPTURED = "flat_self_"
"""Begins the name of the text of a block that is asked for by `self`."""

# What makes names or text in ways that are not followed here.
_LEFT_TO_JINJA: Any = (
    *(nodes.CallBlock, nodes.EvalContextModifier, nodes.FromImport, nodes.Import, nodes.Macro),
    *(nodes.NSRef, nodes.OverlayScope, nodes.ScopedEvalContextModifier),
)
_NO_PART: Any = (nodes.Extends, nodes.Block)
_SPECIAL = frozenset(["loop", "self", "super"])
_BUILDS_ON = "from builder.render.flat import escaped, marked\n"

Node = nodes.Node


class _OtherwiseError(Exception):
    """The template does something that is left to Jinja."""


def flattened(
    environment: jinja2.Environment, name: str, sources: Callable[[str], str], functions: Iterable[str]
) -> Callable[[dict[str, object]], str] | None:
    """What renders the template `name` from the names it may use; None when that is left to Jinja.

    `sources` gives the text of a template, `functions` are names that always stand for plain functions. It
    raises whatever goes wrong, and may do so where Jinja does not: then Jinja is to be asked.
    """
    try:
        made = _Flattening(environment, sources, name).template(name)
        generator = _Direct(environment, name, frozenset(functions))
        generator.visit(made)
        written: Any = generator.stream
        code = compile(_BUILDS_ON + written.getvalue(), f"<{name}, flat>", "exec")
        template = jinja2.Template.from_code(environment, code, environment.make_globals(None))
    except (_OtherwiseError, jinja2.TemplateError, SyntaxError, LookupError, RecursionError, UnicodeError):
        return None

    def render(names: dict[str, object]) -> str:
        return "".join(template.root_render_func(template.new_context(names)))

    return render


def _plainly(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace('"', "&#34;")
    )


# It is called for each value on each page. The compiled one is not promised, and so may be missing.
_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", _plainly)


def escaped(value: Any) -> str:
    """`value` as text of a page, as `markupsafe.escape` gives it."""
    kind = type(value)
    if kind is Markup:
        text: str = value
    elif kind is str:
        text = _escaped(value)
    else:
        text = escape(value)
    return text


def marked(value: object) -> object:
    """`value` as markup where it is text: fields that end in `_html` are."""
    return Markup(value) if isinstance(value, str) else value  # noqa: S704


class _Flattening:
    """The walk over the trees of a page's templates that makes one of them."""

    def __init__(self, environment: jinja2.Environment, sources: Callable[[str], str], page: str) -> None:
        self._environment = environment
        self._sources = sources
        self._escapes = EvalContext(environment, page).autoescape
        self._blocks: dict[str, list[list[Node]]] = defaultdict(list)
        self._captured: set[str] = set()

    def template(self, name: str) -> nodes.Template:
        """The tree of the template `name` and all it is made of. Raises _OtherwiseError."""
        above: list[Node] = []
        tree = self._parsed(name)
        for _ in range(_LEVELS_MAX):
            for block in tree.find_all(nodes.Block):
                if block.scoped or block.required:
                    raise _OtherwiseError
                self._blocks[block.name].append(block.body)
            parents = list(tree.find_all(nodes.Extends))
            if not parents:
                break
            # What stands before `extends` would be put out, and conditions make a different parent.
            if len(parents) > 1 or tree.body[0] is not parents[0]:
                raise _OtherwiseError
            above.extend(self._settings(tree.body[1:]))
            tree = self._parsed(_constant(parents[0].template))
        else:
            raise _OtherwiseError
        called = self._called(tree)
        if called and any(isinstance(node, nodes.Assign | nodes.AssignBlock) for node in tree.body):
            raise _OtherwiseError
        body = [*self._all(above, frozenset(), 0, "")]
        self._captured = called
        body += [self._capture(block) for block in sorted(called)]
        body += self._all(tree.body, frozenset(), 0, "")
        return _settled(nodes.Template(body, lineno=1), self._environment)

    def _parsed(self, name: str) -> nodes.Template:
        tree = self._environment.parse(self._sources(name), name, name)
        escapes = EvalContext(self._environment, name).autoescape
        names = [block.name for block in tree.find_all(nodes.Block)]
        if (
            escapes != self._escapes
            or tree.find(_LEFT_TO_JINJA) is not None
            # What Jinja would refuse, even where it is of no use to the page.
            or len(names) > len(set(names))
            or not _SPECIAL.isdisjoint(_stored(tree))
            or any(found.name not in self._environment.filters for found in tree.find_all(nodes.Filter))
            or any(found.name not in self._environment.tests for found in tree.find_all(nodes.Test))
        ):
            raise _OtherwiseError
        return tree

    @staticmethod
    def _settings(body: Iterable[Node]) -> Iterator[Node]:
        """What of a template that extends another counts outside of its blocks."""
        for node in body:
            if isinstance(node, nodes.Assign | nodes.AssignBlock):
                yield node
            elif not isinstance(node, nodes.Block | nodes.Output):
                raise _OtherwiseError

    def _called(self, root: nodes.Template) -> set[str]:
        """The blocks that are asked for by `self` somewhere."""
        trees = [root, *(node for bodies in self._blocks.values() for body in bodies for node in body)]
        return {
            found.attr
            for tree in trees
            for found in tree.find_all(nodes.Getattr)
            if isinstance(found.node, nodes.Name) and found.node.name == "self"
        }

    def _capture(self, name: str) -> Node:
        if name not in self._blocks:
            raise _OtherwiseError
        body = [*self._block(name, 0, 0)]
        if "self" in find_undeclared(body, ("self",)) or any(
            found.name.startswith(_CAPTURED) for node in body for found in node.find_all(nodes.Name)
        ):
            raise _OtherwiseError
        return nodes.AssignBlock(nodes.Name(_CAPTURED + name, "store"), None, body)

    # -- statements

    def _all(self, body: Iterable[Node], hidden: frozenset[str], level: int, block: str) -> Iterator[Node]:
        """`body` with blocks and parts put in; `hidden` are names that a block in it must not see."""
        return chain.from_iterable(self._one(node, hidden, level, block) for node in body)

    def _one(self, node: Node, hidden: frozenset[str], level: int, block: str) -> Iterator[Node]:
        if isinstance(node, nodes.Block):
            yield from self._placed(node.name, hidden, level)
        elif isinstance(node, nodes.Include):
            yield self._included(node, level)
        elif isinstance(node, nodes.Output):
            yield from self._output(node, level, block)
        elif isinstance(node, nodes.If):
            # Not a scope: what is set in it is set behind it.
            for part in (node, *node.elif_):
                part.body = [*self._all(part.body, hidden, level, block)]
            node.else_ = [*self._all(node.else_, hidden, level, block)]
            yield node
        elif isinstance(node, nodes.For | nodes.With | nodes.AssignBlock | nodes.FilterBlock):
            within = hidden | _stored(node) | {"loop"}
            node.body = [*self._all(node.body, within, level, block)]
            if isinstance(node, nodes.For):
                node.else_ = [*self._all(node.else_, within, level, block)]
            yield node
        elif isinstance(node, nodes.Assign | nodes.ExprStmt):
            yield node
        else:
            raise _OtherwiseError

    def _placed(self, name: str, hidden: frozenset[str], level: int) -> Iterator[Node]:
        """The block `name` where it stands. It sees the page's names, not those of what it stands in."""
        if name in self._captured:
            yield nodes.Output([nodes.Name(_CAPTURED + name, "load")])
            return
        body = [*self._block(name, 0, level)]
        if not _used(body).isdisjoint(hidden):
            raise _OtherwiseError
        yield nodes.Scope(body)

    def _block(self, name: str, depth: int, level: int) -> Iterator[Node]:
        """What the block `name` holds; `depth` counts the templates that were left for their parents."""
        bodies = self._blocks[name]
        if level > _LEVELS_MAX or depth >= len(bodies):
            raise _OtherwiseError
        body = _copied(bodies[depth])
        hidden = frozenset().union(*map(_stored, body))
        yield from self._all(body, hidden, level + 1, f"{depth}:{name}")

    def _included(self, node: nodes.Include, level: int) -> Node:
        if level > _LEVELS_MAX or node.ignore_missing or not node.with_context:
            raise _OtherwiseError
        tree = self._parsed(_constant(node.template))
        if (
            find_undeclared(tree.body, ("self", "super"))
            or any(map(_asks_for_loop, tree.body))
            or tree.find(_NO_PART) is not None
        ):
            raise _OtherwiseError
        return nodes.Scope([*self._all(tree.body, frozenset(), level + 1, "")])

    def _output(self, node: nodes.Output, level: int, block: str) -> Iterator[Node]:
        """`node`, with what `super()` gives between what stands before and behind it."""
        told: list[nodes.Expr] = []
        for part in node.nodes:
            if _is_super(part):
                if told:
                    yield nodes.Output(told)
                    told = []
                depth, _, name = block.partition(":")
                if not name:
                    raise _OtherwiseError
                yield nodes.Scope([*self._block(name, int(depth) + 1, level)])
            else:
                told.append(part)
        if told:
            yield nodes.Output(told)


def _is_super(node: Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "super"


def _constant(node: nodes.Expr) -> str:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return node.value
    raise _OtherwiseError


def _settled(tree: nodes.Template, environment: jinja2.Environment) -> nodes.Template:
    """`tree` with `self.name()` as the name of what was captured. Raises _OtherwiseError if more is left."""
    for node in [tree, *tree.find_all(Node)]:
        for field, value in node.iter_fields():
            if isinstance(value, list):
                setattr(node, field, [_of_self(one) for one in value])
            else:
                setattr(node, field, _of_self(value))
    tree.set_environment(environment)
    if find_undeclared(tree.body, ("self", "super")):
        raise _OtherwiseError
    return tree


def _of_self(node: object) -> object:
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Getattr)
        and isinstance(node.node.node, nodes.Name)
        and node.node.node.name == "self"
    ):
        return nodes.Name(_CAPTURED + node.node.attr, "load")
    return node


def _stored(node: Node) -> frozenset[str]:
    """The names that are given a value in `node`."""
    names = chain([node] if isinstance(node, nodes.Name) else [], node.find_all(nodes.Name))
    return frozenset(found.name for found in names if found.ctx != "load")


def _asks_for_loop(node: Node) -> bool:
    """Whether `loop` in `node` is that of a loop around it, which a part does not see."""
    if isinstance(node, nodes.Name):
        return node.name == "loop"
    kept = ("body",) if isinstance(node, nodes.For) else ()
    return any(map(_asks_for_loop, node.iter_child_nodes(exclude=kept)))


def _used(body: Iterable[Node]) -> frozenset[str]:
    return frozenset(found.name for node in body for found in node.find_all(nodes.Name))


def _copied(body: Iterable[Node]) -> list[Node]:
    """A body that may be changed: a block can stand in more than one place."""
    return [_copy(node) for node in body]


def _copy(node: Node) -> Node:
    made = object.__new__(type(node))
    made.__dict__.update(node.__dict__)
    for field in node.fields:
        value = getattr(node, field)
        if isinstance(value, Node):
            setattr(made, field, _copy(value))
        elif isinstance(value, list):
            setattr(made, field, [_copy(one) if isinstance(one, Node) else one for one in value])
    return made


class _Direct(CodeGenerator):
    """Jinja's code, with attributes, known functions and escaping asked for directly."""

    def __init__(self, environment: jinja2.Environment, name: str, known: frozenset[str]) -> None:
        super().__init__(environment, name, name)
        self._known = known

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (the parent names it)
        """`x.y` as Python has it: Jinja tries that first, and what it tries then is left to it."""
        if not node.attr.isidentifier() or keyword.iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("marked((" if node.attr.endswith(MARKUP) else "(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")
        if node.attr.endswith(MARKUP):
            self.write(")")

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """A call of one of the theme's functions, without a look at what kind of function it is."""
        known = isinstance(node.node, nodes.Name) and node.node.name in self._known
        odd = node.dyn_args or node.dyn_kwargs or any(keyword.iskeyword(pair.key) for pair in node.kwargs)
        if not known or odd or forward_caller:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for pair in node.kwargs:
            self.write(f"{pair.key}=")
            self.visit(pair.value, frame)
            self.write(", ")
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: object) -> None:  # noqa: ARG002
        self.write("escaped(" if frame.eval_ctx.autoescape else "str(")
