"""Who may import whom; relative imports inside, since the folder can have any name."""

import ast

import pytest

from sentinel_portals.tests.conftest import PACKAGE, ROOT

PURE, RASTER, QGIS = set(), {"osgeo", "numpy"}, {"osgeo", "numpy", "qgis", "processing"}
LAYERS = {
    "core": ({"core"}, PURE),
    "providers": ({"core", "providers"}, PURE),
    "formats": ({"core", "formats"}, RASTER),
    "analysis": ({"core", "formats", "analysis"}, RASTER),
    "bridge": ({"core", "formats", "analysis", "bridge"}, QGIS),
    "algorithms": ({"core", "providers", "formats", "analysis", "bridge", "algorithms"}, QGIS),
    "ui": ({"core", "bridge", "ui"}, QGIS),
    "api.py": ({"core", "providers", "formats"}, PURE),
    "__init__.py": ({"plugin"}, PURE),
}
LAYERS["plugin.py"] = (set(LAYERS), QGIS)
ALSO = {"core/geometry.py": {"shapely"}}  # the one place
GUARDED = {PACKAGE, "shapely", "PyQt5", "PyQt6", "sip", *QGIS, *LAYERS}
MODULES = [p for name in LAYERS for p in [ROOT / name, *(ROOT / name).rglob("*.py")] if p.is_file()]


@pytest.mark.parametrize("module", [path.relative_to(ROOT).as_posix() for path in MODULES])
def test_a_module_imports_only_what_its_layer_may(module):
    *folders, _ = parts = module.split("/")
    ours, libraries = LAYERS[parts[0]]
    for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            home = folders[: len(folders) - node.level + 1] + (node.module or "").split(".")
            names = {home[0]} if any(home) else {alias.name for alias in node.names}
            assert names <= ours, f"line {node.lineno}: {names - ours}"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {getattr(node, "module", None) or alias.name for alias in node.names}
            foreign = {name.split(".")[0] for name in names} & GUARDED
            assert foreign <= libraries | ALSO.get(module, set()), f"line {node.lineno}: {foreign}"
