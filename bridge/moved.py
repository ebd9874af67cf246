"""Layers of archives in a project that was moved together with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsRasterLayer

from ..core.errors import StorageError
from ..formats.moved import mend
from . import messages
from .rasters import ACQUISITION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qgis.core import QgsMapLayer


def adopt(layers: Iterable[QgsMapLayer]) -> None:
    """Has our layers find their archives again; for a project that was just read."""
    for layer in layers:
        ours = isinstance(layer, QgsRasterLayer) and layer.customProperty(ACQUISITION)
        if not ours or not layer.source().endswith(".vrt"):
            continue
        try:
            if mend(Path(layer.source())):
                layer.dataProvider().reloadData()
                layer.triggerRepaint()
        except (StorageError, UnicodeDecodeError) as error:
            messages.log(f"{layer.name()}: {error}")
