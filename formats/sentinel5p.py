"""Sentinel-5P, level 2: a netCDF file per gas, cloud or aerosol product, in sensor geometry.

https://sentiwiki.copernicus.eu/web/s5p-products. Each pixel has a quality from 0 to 1 in
``qa_value``. The gases are shown where it is above what their makers recommend (`presets`): 0.75
for nitrogen dioxide in the troposphere, which leaves out clouds, snow and failures
(https://www.tropomi.eu/data-products/nitrogen-dioxide), 0.5 for the others, as Sentinel Hub does.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..core import names
from .images import CREDIT, ImageSet, as_item, moment
from .netcdf import Variable, swath_band, variables

if TYPE_CHECKING:
    from .files import Tree

MARK = re.compile(r"(?:(?P<root>.*)/)?S5P_\w{4}_L2__\w{6}_\w+\.nc", re.IGNORECASE)
ASIDE = re.compile(r"latitude|longitude|delta_time|time_utc")


def read(tree: Tree, root: str) -> list[ImageSet]:
    start = len(root) + 1 if root else 0
    found = (n for n in tree.under(root) if MARK.fullmatch(n) and "/" not in n[start:])
    scenes = (_scene(tree, root, name) for name in found)
    return [scene for scene in scenes if scene.bands]


def _scene(tree: Tree, root: str, name: str) -> ImageSet:
    there = {v.name: v for v in variables(tree.source(name), "PRODUCT")}
    places = (there["longitude"], there["latitude"])
    shown = [v for v in there.values() if not ASIDE.fullmatch(v.name)]
    shown = [v for v in shown if v.shape == places[0].shape]
    title = PurePosixPath(name).stem
    bands = [swath_band(v, places) for v in sorted(shown, key=_worth)]
    return ImageSet(title, tree.home(root), tuple(bands), _item(title))


def _worth(variable: Variable) -> tuple[int, str]:
    """What was measured first, then how sure that is."""
    aside = ("precision" in variable.name, variable.name == "qa_value")
    return (2 * aside[1] + aside[0], variable.name)


def _item(title: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    start, stop = moment(facts.get("start", "")), moment(facts.get("stop", ""))
    return as_item(title, start, CREDIT, end_datetime=stop)
