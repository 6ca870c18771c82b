"""A page's template, all that it extends and includes, and what it calls, made into one function.

Jinja looks up each block, part, attribute and function anew for every page, though nearly none of it can
differ. Here `extends`, `block`, `super()`, `self.name()` and `include` are resolved once, and attributes and
the theme's own functions are asked directly. What is made so is what Jinja makes, or it is not made: a
template that does more is left to Jinja, and of a page that fails Jinja is asked, which knows what to say.
`tests/render` holds both side by side.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import find_undeclared
from jinja2.nodes import EvalContext

from builder.render.direct import Direct

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
_CHANGEABLE: Any = (nodes.List, nodes.Dict)
_PLAIN_FILTERS = frozenset(
    ["d", "default", "first", "last", "length", "lower", "title", "trim", "truncate", "upper"]
)
"""Filters whose value is the same however often it is read: others give what is used up."""
_SPECIAL = frozenset(["loop", "self", "super"])
_BUILDS_ON = "from builder.render.direct import escaped, marked, together\n"

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
        known = frozenset(functions)
        made = _Flattening(environment, sources, name, known).template(name)
        generator = Direct(environment, name, known)
        generator.visit(made)
        written: Any = generator.stream
        code = compile(_BUILDS_ON + written.getvalue(), f"<{name}, flat>", "exec")
        template = jinja2.Template.from_code(environment, code, {**environment.globals})
    except (_OtherwiseError, jinja2.TemplateError, SyntaxError, LookupError, RecursionError, UnicodeError):
        return None

    def render(names: dict[str, object]) -> str:
        return "".join(template.root_render_func(template.new_context(names)))

    return render


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement will stand, and what it is right to see there."""

    stored: frozenset[str]
    """The names that get a value in what is around it, before it or behind it."""
    known: set[str]
    """Those of them that surely have it by now. Grows with each `set` that is passed."""
    given: set[str]
    """What the templates set outside of blocks and for all blocks, so far."""
    hidden: frozenset[str] = frozenset()
    """Names that a block in it must not see."""
    level: int = 0
    block: str = ""
    """`depth:name` of the block it stands in; empty outside of blocks."""

    def branch(self) -> "_Place":
        """The same place, in what may be passed over."""
        known = set(self.known)
        return replace(self, known=known, given=known if self.given is self.known else self.given)

    def within(self, node: Node, targets: frozenset[str]) -> "_Place":
        """In the scope of `node`, which gives `targets` a value."""
        stored = _stored([node])
        known = (self.known - stored) | (targets - _set([node]))
        return replace(self, stored=self.stored | stored, known=known, hidden=self.hidden | stored | {"loop"})


class _Flattening:
    """The walk over the trees of a page's templates that makes one of them."""

    def __init__(
        self,
        environment: jinja2.Environment,
        sources: Callable[[str], str],
        page: str,
        functions: frozenset[str],
    ) -> None:
        self._environment = environment
        self._sources = sources
        self._functions = functions
        self._escapes = EvalContext(environment, page).autoescape
        self._blocks: dict[str, list[list[Node]]] = defaultdict(list)
        self._captured: set[str] = set()
        self._root: frozenset[str] = frozenset()

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
            above.extend(_apart(above, [*self._settings(tree.body[1:])]))
            tree = self._parsed(_constant(parents[0].template))
        else:
            raise _OtherwiseError
        called = self._called(tree)
        if called and _stored(tree.body):
            raise _OtherwiseError
        self._root = _stored([*above, *_apart(above, tree.body)])
        known: set[str] = set()
        place = _Place(self._root, known, known)
        body = [*self._all(_copied(above), place)]
        self._captured = called
        body += [self._capture(block, place, above) for block in sorted(called)]
        body += self._all(tree.body, place)
        # Named once up here, a function need not be looked up in each scope, and so in each round of a loop.
        asked = sorted(self._functions & _used(body))
        body.insert(0, nodes.ExprStmt(nodes.Tuple([nodes.Name(one, "load") for one in asked], "load")))
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
            or not _SPECIAL.union(self._functions).isdisjoint(_stored_anywhere(tree))
            or any(found.name.startswith(_CAPTURED) for found in tree.find_all(nodes.Name))
            or any(found.name not in self._environment.filters for found in tree.find_all(nodes.Filter))
            or any(found.name not in self._environment.tests for found in tree.find_all(nodes.Test))
        ):
            raise _OtherwiseError
        return tree

    @staticmethod
    def _settings(body: Iterable[Node]) -> Iterator[Node]:
        """What of a template that extends another counts outside of its blocks."""
        for node in body:
            if isinstance(node, nodes.Assign | nodes.AssignBlock) and node.find(nodes.Block) is None:
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

    def _capture(self, name: str, place: _Place, above: Iterable[Node]) -> Node:
        """The text of the block `name` as a name of its own. Jinja makes it each time it is asked for."""
        if name not in self._blocks:
            raise _OtherwiseError
        body = [*self._placed(name, place, captured=True)]
        if "self" in find_undeclared(body, ("self",)) or any(
            found.name.startswith(_CAPTURED) for node in body for found in node.find_all(nodes.Name)
        ):
            raise _OtherwiseError
        self._require_constancy(body, above)
        return nodes.AssignBlock(nodes.Name(_CAPTURED + name, "store"), None, body)

    def _require_constancy(self, body: list[Node], above: Iterable[Node]) -> None:
        """Leave to Jinja what may say something else when it is said again, or later."""
        used = _used(body)
        for node in reversed([*above]):
            if not used.isdisjoint(_stored([node])):
                used |= _used([node])
                if node.find(_CHANGEABLE) or any(
                    found.name not in _PLAIN_FILTERS for found in node.find_all(nodes.Filter)
                ):
                    raise _OtherwiseError
                body = [*body, node]
        for call in (found for node in body for found in node.find_all(nodes.Call)):
            if not (isinstance(call.node, nodes.Name) and call.node.name in self._functions):
                raise _OtherwiseError

    # -- statements

    def _all(self, body: Iterable[Node], place: _Place) -> Iterator[Node]:
        """`body` with blocks and parts put in, one statement after the other."""
        return chain.from_iterable(self._one(node, place) for node in body)

    def _one(self, node: Node, place: _Place) -> Iterator[Node]:
        if isinstance(node, nodes.Block):
            yield from self._placed(node.name, place)
        elif isinstance(node, nodes.Include):
            yield self._included(node, place)
        elif isinstance(node, nodes.Output):
            yield from self._output(node, place)
        elif isinstance(node, nodes.If):
            # Not a scope: what is set in it is set behind it, if it was gone through.
            for part in (node, *node.elif_):
                part.body = [*self._all(part.body, place.branch())]
            node.else_ = [*self._all(node.else_, place.branch())]
            yield node
        elif isinstance(node, nodes.For | nodes.With | nodes.AssignBlock | nodes.FilterBlock):
            yield self._scope(node, place)
        elif isinstance(node, nodes.Assign):
            place.known.update(_stored([node]))
            yield node
        else:
            raise _OtherwiseError

    def _scope(
        self, node: nodes.For | nodes.With | nodes.AssignBlock | nodes.FilterBlock, place: _Place
    ) -> Node:
        targets: frozenset[str] = frozenset()
        apart = place.within(node, targets)
        if isinstance(node, nodes.For):
            if node.recursive:
                raise _OtherwiseError
            targets = _stored([node.target])
            node.else_ = [*self._all(node.else_, apart.branch())]
        elif isinstance(node, nodes.With):
            targets = _stored(node.targets)
        node.body = [*self._all(node.body, place.within(node, targets))]
        if isinstance(node, nodes.AssignBlock):
            place.known.update(_stored([node.target]))
        return node

    def _placed(self, name: str, place: _Place, depth: int = 0, *, captured: bool = False) -> Iterator[Node]:
        """The block `name` where it stands. It sees the page's names, not those of what it stands in.

        `depth` counts the templates that were left for their parents.
        """
        if name in self._captured and not depth and not captured:
            yield nodes.Output([nodes.Name(_CAPTURED + name, "load")])
            return
        bodies = self._blocks[name]
        if place.level > _LEVELS_MAX or depth >= len(bodies):
            raise _OtherwiseError
        body = _copied(bodies[depth])
        stored = _stored(body)
        # In a scope of its own a name that is set takes its first value from around it.
        if not _set(body).isdisjoint(self._root):
            raise _OtherwiseError
        inner = _Place(
            self._root | stored,
            place.given - stored,
            place.given,
            place.hidden | stored,
            place.level + 1,
            f"{depth}:{name}",
        )
        body = [*self._all(body, inner)]
        if not _free(body).isdisjoint(place.hidden | (self._root - place.given)):
            raise _OtherwiseError
        yield nodes.Scope(body)

    def _included(self, node: nodes.Include, place: _Place) -> Node:
        """A part in the place of `node`. It sees what has a value there, and nothing sees what it sets."""
        if place.level > _LEVELS_MAX or node.ignore_missing or not node.with_context:
            raise _OtherwiseError
        tree = self._parsed(_constant(node.template))
        if (
            find_undeclared(tree.body, ("self", "super"))
            or any(map(_asks_for_loop, tree.body))
            or tree.find(_NO_PART) is not None
            or not _set(tree.body).isdisjoint(place.stored)
        ):
            raise _OtherwiseError
        stored = _stored(tree.body)
        inner = _Place(place.stored | stored, place.known - stored, set(), level=place.level + 1)
        body = [*self._all(tree.body, inner)]
        if not _free(body).isdisjoint(place.stored - place.known):
            raise _OtherwiseError
        return nodes.Scope(body)

    def _output(self, node: nodes.Output, place: _Place) -> Iterator[Node]:
        """`node`, with what `super()` gives between what stands before and behind it."""
        told: list[nodes.Expr] = []
        for part in node.nodes:
            if _is_super(part):
                if told:
                    yield nodes.Output(told)
                    told = []
                depth, _, name = place.block.partition(":")
                if not name:
                    raise _OtherwiseError
                yield from self._placed(name, place, int(depth) + 1)
            else:
                told.append(part)
        if told:
            yield nodes.Output(told)


def _apart(above: Iterable[Node], body: list[Node]) -> list[Node]:
    """`body`, none of whose names is used `above` it: both will be one scope."""
    if _stored(body).isdisjoint(_used(above)):
        return body
    raise _OtherwiseError


def _is_super(node: Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "super"
        and _is_bare(node)
    )


def _is_bare(call: nodes.Call) -> bool:
    return not (call.args or call.kwargs or call.dyn_args or call.dyn_kwargs)


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
        and _is_bare(node)
    ):
        return nodes.Name(_CAPTURED + node.node.attr, "load")
    return node


def _stored_anywhere(tree: Node) -> frozenset[str]:
    return frozenset(found.name for found in tree.find_all(nodes.Name) if found.ctx != "load")


def _stored(body: Iterable[Node]) -> frozenset[str]:
    """The names that are given a value in `body`; blocks in it have their own."""
    return frozenset(
        found.name for found in _outside_blocks(body) if isinstance(found, nodes.Name) and found.ctx != "load"
    )


def _set(body: Iterable[Node]) -> frozenset[str]:
    """Those of the stored names that a `set` gives a value."""
    return _stored(
        found.target for found in _outside_blocks(body) if isinstance(found, nodes.Assign | nodes.AssignBlock)
    )


def _outside_blocks(body: Iterable[Node]) -> Iterator[Node]:
    for node in body:
        if not isinstance(node, nodes.Block):
            yield node
            yield from _outside_blocks(node.iter_child_nodes())


def _asks_for_loop(node: Node) -> bool:
    """Whether `loop` in `node` is that of a loop around it, which a part does not see."""
    if isinstance(node, nodes.Name):
        return node.name == "loop"
    kept = ("body",) if isinstance(node, nodes.For) else ()
    return any(map(_asks_for_loop, node.iter_child_nodes(exclude=kept)))


def _used(body: Iterable[Node]) -> frozenset[str]:
    names = (found for node in body for found in chain([node], node.find_all(nodes.Name)))
    return frozenset(found.name for found in names if isinstance(found, nodes.Name))


def _free(body: Iterable[Node]) -> frozenset[str]:
    """The names in `body` whose value may be that of what is around it."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, nodes.Name):
            found.add(node.name)
        elif isinstance(node, nodes.For):
            around = [node.iter, *node.else_]
            within = [*node.body, *([node.test] if node.test else [])]
            found |= _free(around) | (_free(within) - (_stored([node.target]) - _set([node])))
        elif isinstance(node, nodes.With):
            found |= _free(node.values) | (_free(node.body) - (_stored(node.targets) - _set([node])))
        else:
            found |= _free(node.iter_child_nodes())
    return frozenset(found)


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
