"""The code of a template with attributes, the theme's functions and escaping asked for directly."""

import keyword
from collections.abc import Callable
from typing import Any

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

MARKUP = "_html"
"""How the names of fields end that hold markup."""


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


class _Together:
    """Stands for a list to which pieces of a page are added, and gives them as one text."""

    append = staticmethod(str)
    extend = staticmethod("".join)


together = _Together()


class Direct(CodeGenerator):
    """Jinja's code, with attributes, known functions and escaping asked for directly."""

    def __init__(self, environment: jinja2.Environment, name: str, known: frozenset[str]) -> None:
        super().__init__(environment, name, name)
        self._known = known

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 (the parent names it)
        """What stands between two statements, put out in one go: to do so for each piece costs more."""
        if frame.buffer is None and not frame.require_output_check:
            frame = frame.copy()
            # To Jinja this is a list, to which it adds the pieces.
            frame.buffer = "yield together"
        super().visit_Output(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (the parent names it)
        """`x.y` as Python has it: Jinja tries that first, and what it tries then is left to it."""
        # Python takes some letters beyond ASCII for others.
        if not (node.attr.isascii() and node.attr.isidentifier()) or keyword.iskeyword(node.attr):
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
        odd = (
            node.dyn_args
            or node.dyn_kwargs
            or any(keyword.iskeyword(pair.key) or not pair.key.isascii() for pair in node.kwargs)
        )
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
