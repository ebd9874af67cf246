"""Raster layers of ours whose files are no longer where they were, and where they are now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProject, QgsRasterLayer

from ..core.errors import SentinelPortalsError
from ..formats.presets import PRESETS
from . import messages, rasters
from .i18n import tr
from .preflight import Looking, open_holdings
from .tasks import beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..core.holdings import Holdings


@dataclass(frozen=True)
class Lost:
    """A layer without its file; ``name`` is the id of its product."""

    layer: str
    source: Path
    name: str

    @property
    def composition(self) -> str:
        """``TITLE.true_colour.vrt`` is true colour, ``TITLE.B04.vrt`` one band."""
        what = self.source.stem.rpartition(".")[2]
        return what if what in PRESETS else "single"


def lost(project: QgsProject) -> list[Lost]:
    """The layers of ours that cannot be shown. Main thread; looks at no disk."""
    return [
        Lost(layer.id(), Path(layer.source()), layer.metadata().identifier())
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsRasterLayer)
        and not layer.isValid()
        and layer.customProperty(rasters.ACQUISITION)
        and not layer.source().startswith("<")
    ]


def relink(project: QgsProject, found: Mapping[str, Path]) -> int:
    """Gives layers their files back, with the style they had; how many. Main thread."""
    count = 0
    for layer_id, path in found.items():
        layer = project.mapLayer(layer_id)
        if layer is None:
            continue
        rasters.read_from(layer, str(path))
        count += layer.isValid()
        layer.triggerRepaint()
    if count:
        project.setDirty(True)
    return count


class RelinkTask(Looking):
    """Looks for the files of lost layers; ``found`` is layer id → file."""

    def __init__(self, layers: Sequence[Lost], folders: Iterable[Path]) -> None:
        super().__init__(tr("Looking for scenes on the disk"))
        self._layers, self._folders = list(layers), list(folders)
        self.found: dict[str, Path] = {}

    def work(self) -> None:
        for _ in beside(self._look):
            if self.stopped():
                return

    def _look(self) -> None:
        with open_holdings() as holdings:
            holdings.scan(self._folders, self.idle, self.tell)
            for layer in self._layers:
                if self.idle():
                    return
                path = _find(layer, holdings)
                if path is not None:
                    self.found[layer.layer] = path


def _find(layer: Lost, holdings: Holdings) -> Optional[Path]:
    """The file of a layer beside its product, made anew where it stayed behind."""
    for product in holdings.places(layer.name):
        beside_it = product.parent / layer.source.name
        if beside_it != layer.source and beside_it.is_file():
            return beside_it
        try:
            for look in rasters.looks(product, layer.composition):
                if Path(look.path).name == layer.source.name:
                    return Path(look.path)
        except SentinelPortalsError as error:
            messages.log(str(error), error)
    return None
