"""The tiles of each date as one virtual image."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import formats
from ..analysis.mosaic import mosaic
from ..core.download import safe
from ..core.errors import NoImage, StorageError
from ..formats.images import ImageSet
from ..formats.presets import PRESETS, Composite, choose
from . import rasters, settings
from .i18n import tr
from .load_task import LoadTask
from .preflight import open_holdings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..core.model import Product

    Group = list[tuple[ImageSet, Composite]]

STYLES = [preset.id for preset in PRESETS.values() if preset.kind not in ("single", "all")]


def groups(scenes: Iterable[ImageSet], style: str) -> dict[tuple[str, str], Group]:
    """The scenes by date and satellite, and by the style that their bands can serve."""
    found: dict[tuple[str, str], Group] = {}
    for scene in scenes:
        composite = choose(scene.bands, style)
        if composite.preset.kind not in ("single", "all"):
            date = rasters.passage(scene.item, scene.title)
            found.setdefault((date, composite.preset.id), []).append((scene, composite))
    return found


def joined(date: str, group: Group, folder: Path) -> tuple[Path, ImageSet, Composite]:
    """The mosaic of a group in a folder, the scene that it stands for, and how it is seen."""
    first, composite = group[0]
    out = folder / f"{safe(date)}.{composite.preset.id}.vrt"
    mosaic([composite.bands for _, composite in group], out)
    return out, ImageSet(date, folder, (), _whole(first)), composite


def _whole(scene: ImageSet) -> dict[str, Any]:
    """The item of a scene without what is true of its tile only."""
    properties = dict(scene.item.get("properties", {}))
    for name in ("grid:code", "title", "s2:granule_id"):
        properties.pop(name, None)
    return {**scene.item, "id": "", "properties": properties}


class MosaicTask(LoadTask):
    """Finds the files of scenes on the disk and joins those of each date; tells as its parent."""

    def __init__(
        self,
        wanted: Sequence[Sequence[Product]],
        folders: Sequence[Path],
        preset: str,
        percentiles: bool = False,
    ) -> None:
        super().__init__((), preset, tr("Mosaics of satellite scenes"), percentiles)
        self._wanted, self._folders = list(wanted), list(folders)

    def work(self) -> None:
        scenes = self._scenes()
        style = self._preset if self._preset in STYLES else "true_colour"
        found = groups(scenes, style)
        for place, ((date, _), group) in enumerate(found.items()):
            if self.stopped():
                return
            self.setProgress(100 * place / len(found))
            self.attempt(lambda date=date, group=group: self._join(date, group))

    def _scenes(self) -> list[ImageSet]:
        """What lies on the disk of the wanted scenes; what does not is told."""
        found: list[ImageSet] = []
        lacking: list[str] = []
        with open_holdings() as holdings:
            holdings.scan(self._folders, self.idle)
            for offers in self._wanted:
                held = holdings.held(offers)
                if held is None:
                    lacking.append(offers[0].title or offers[0].id)
                else:
                    self.attempt(lambda path=held.path: found.extend(formats.read(path)))
        if lacking:
            told = ", ".join(lacking[:3]) + (", …" if len(lacking) > 3 else "")
            self.failed.emit(NoImage(f"Not on the disk yet: {told}."))
        return found

    def _join(self, date: str, group: Group) -> None:
        folder = Path(os.path.commonpath([scene.folder for scene, _ in group]))
        try:
            made = joined(date, group, folder)
        except StorageError:  # read-only
            made = joined(date, group, settings.home() / "rasters")
        warnings = [warning for warning in (rasters.doubt(scene) for scene, _ in group) if warning]
        self.give(rasters.look(*made, self._percentiles, " ".join(warnings)))
