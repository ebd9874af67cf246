"""The code that ships, for tests that read it."""

import ast

from sentinel_portals.tests.conftest import ROOT

NOT_SHIPPED = {"tests", "scripts", "benchmarks", "docs", "build"}


def shipped_modules():
    """Every module of the plugin as (path relative to the root, tree)."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT)
        if name.parts[0] not in NOT_SHIPPED and not name.parts[0].startswith("."):
            yield name.as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree, *names):
    """Calls of a function by its bare or last name: icon(...), icons.icon(...)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if getattr(function, "id", getattr(function, "attr", None)) in names:
                yield node
