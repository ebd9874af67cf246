"""Which files of a scene to fetch: a list to tick, with sizes, portals and usual choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from ..bridge.i18n import mark, tr, translated
from ..core import bands
from ..core.download import fetchable
from ..core.sizes import estimated, images
from . import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.model import Asset, Geometry, Product

Ask = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""Does the first, in a thread of its own or not, and gives its answer to the second here."""

WHOLE = "*"
"""Remembered in place of keys: the whole product."""

TRUE_COLOUR = ("B04", "B03", "B02")
CHOICES = (
    ("true_colour", mark("True colour"), TRUE_COLOUR),
    ("near_infrared", mark("Near infrared"), ("B08", "B04", "B03")),
    ("ten_metres", mark("All bands of 10 m"), ("B02", "B03", "B04", "B08")),
    ("whole", mark("Whole product"), (WHOLE,)),
)
MEANING = {
    "B01": mark("coastal aerosol"),
    "B02": mark("blue"),
    "B03": mark("green"),
    "B04": mark("red"),
    "B05": mark("red edge 1"),
    "B06": mark("red edge 2"),
    "B07": mark("red edge 3"),
    "B08": mark("near infrared"),
    "B8A": mark("narrow near infrared"),
    "B09": mark("water vapour band"),
    "B10": mark("cirrus"),
    "B11": mark("short-wave infrared 1"),
    "B12": mark("short-wave infrared 2"),
    "TCI": mark("true colour picture"),
    "SCL": mark("scene classification"),
    "AOT": mark("aerosol"),
    "WVP": mark("water vapour"),
    "thumbnail": mark("quicklook"),
}


@dataclass
class Row:
    """One band over all offers of all scenes."""

    key: str
    title: str = ""
    metres: Optional[float] = None
    sizes: list[Optional[int]] = field(default_factory=list)
    portals: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Offered:
    """What there is to choose from, found out in any thread; ``able``: can areas be cut out?"""

    scenes: Sequence[Sequence[Product]]
    rows: Sequence[Row]
    able: bool

    @classmethod
    def of(cls, scenes: Sequence[Sequence[Product]]) -> Offered:
        able = any(images(offer, ())[0] for offers in scenes for offer in offers)
        return cls(scenes, rows(scenes), able)


def at_once(work: Callable[[], Any], then: Callable[[Any], None]) -> None:
    """For few scenes: nobody waits."""
    then(work())


def rows(scenes: Sequence[Sequence[Product]]) -> list[Row]:
    """Every band that any portal has of any of the scenes, bands first. Pure."""
    found: dict[str, Row] = {}
    for offers in scenes:
        counted: set[str] = set()
        for offer in offers:
            for asset in offer.assets.values():
                if not fetchable(asset):
                    continue
                key = bands.band(asset.key)
                row = found.setdefault(key, Row(key))
                row.title = row.title or asset.title
                row.metres = row.metres or _metres(asset)
                row.portals.setdefault(offer.provider)
                if key not in counted:
                    counted.add(key)
                    row.sizes.append(asset.size)
    return sorted(found.values(), key=lambda row: (row.key not in MEANING, _order(row.key)))


def keys(scenes: Sequence[Sequence[Product]], remembered: Sequence[str]) -> tuple[str, ...]:
    """What to ask for: what was chosen last, else true colour; () is the whole product.

    Scenes that have nothing of it (radar, archives only) are fetched whole.
    """
    wanted = tuple(remembered) or TRUE_COLOUR
    if WHOLE in wanted:
        return ()
    some = any(bands.pick(offer.assets, wanted)[0] for offers in scenes for offer in offers)
    return wanted if some else ()


def total(
    scenes: Sequence[Sequence[Product]],
    wanted: Sequence[str],
    area: Optional[Geometry] = None,
) -> Optional[int]:
    """Bytes of the wanted files, or of an area of them; None when a size is not known. Pure."""
    sizes = [estimated(_best(offers, wanted, area), wanted, area) for offers in scenes]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _best(offers: Sequence[Product], wanted: Sequence[str], area: Optional[Geometry]) -> Product:
    """The first offer; for an area the first that it can be cut out of."""
    able = (offer for offer in offers if images(offer, wanted)[0])
    return next(able, offers[0]) if area else offers[0]


def told(
    scenes: Sequence[Sequence[Product]],
    wanted: Sequence[str],
    area: Optional[Geometry] = None,
) -> str:
    """How much that is, and what an area saves."""
    size, part = total(scenes, wanted), total(scenes, wanted, area) if area else None
    text = tr("{scenes}, {size} in all")
    if part is not None:
        text = tr("{scenes}, about {part} instead of {size}")
    return text.format(
        scenes=words.scenes(len(scenes)),
        size=words.size(size) if size is not None else tr("size unknown"),
        part=words.size(part),
    )


def _metres(asset: Asset) -> Optional[float]:
    said = asset.properties.get("gsd") or bands.resolution(asset.key)
    if said is None:
        first = next(iter(asset.properties.get("raster:bands") or ()), {})
        said = first.get("spatial_resolution") if isinstance(first, dict) else None
    return said


def _order(key: str) -> str:
    return "B085" if key == "B8A" else key


class BandsDialog(QDialog):
    """``chosen`` are the keys to remember: bands, or `WHOLE`; ``only_area``: no more than the area?

    The ``area`` is that of the search, None when there is none. ``ask`` sums up beside the window.
    """

    def __init__(
        self,
        offered: Offered,
        remembered: Sequence[str],
        titles: dict[str, str],
        parent=None,
        area: Optional[Geometry] = None,
        only_area: bool = False,
        ask: Ask = at_once,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("spBandsDialog")
        self.setWindowTitle(tr("Choose Bands"))
        self._offered, self._area, self._ask, self._asked = offered, area, ask, 0
        self.list = QTreeWidget()
        self.list.setObjectName("spBandsList")
        self.list.setAccessibleName(tr("Bands and files"))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels(
            [tr("Band"), tr("What it is"), tr("Resolution"), tr("Size"), tr("Portals")]
        )
        self._ticking = True
        for row in offered.rows:
            self.list.addTopLevelItem(self._item(row, titles))
        self._ticking = False
        header = self.list.header()
        header.setStretchLastSection(True)
        for column in range(4):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemChanged.connect(self._ticked)
        self.choice = QComboBox()
        self.choice.setObjectName("spBandsChoice")
        for name, title, _ in CHOICES:
            self.choice.addItem(translated(title), name)
        self.choice.addItem(tr("My own choice"), "own")
        self.choice.activated.connect(self._take_choice)
        self.part = self._part_box(only_area)
        self.sum = QLabel()
        self.sum.setObjectName("spBandsSize")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        form = QFormLayout()
        form.addRow(tr("&Usual choices"), self.choice)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.list)
        layout.addWidget(self.part)
        layout.addWidget(self.sum)
        layout.addWidget(buttons)
        self.resize(640, 460)
        self.tick(tuple(remembered) or TRUE_COLOUR)

    def _part_box(self, ticked: bool) -> QCheckBox:
        """Only where it can be done; else it says why not."""
        box = QCheckBox(tr("Only the &area of interest"))
        box.setObjectName("spBandsArea")
        box.setToolTip(
            tr("Fetches only the parts of each image that the area of the search needs.")
        )
        able = self._offered.able
        if self._area is None:
            box.setToolTip(tr("Choose an area in the search panel first."))
        elif not able:
            box.setToolTip(
                tr("No portal has single images of these scenes that can be fetched in parts.")
            )
        box.setEnabled(self._area is not None and able)
        box.setChecked(ticked and box.isEnabled())
        box.toggled.connect(self._sum_up)
        return box

    def only_area(self) -> bool:
        return self.part.isChecked()

    def _item(self, row: Row, titles: dict[str, str]) -> QTreeWidgetItem:
        known = [size for size in row.sizes if size is not None]
        meaning = translated(MEANING[row.key]) if row.key in MEANING else row.title
        metres = tr("{metres} m").format(metres=words.number(row.metres)) if row.metres else ""
        size = words.size(sum(known)) if known else ""
        portals = ", ".join(titles.get(name, name) for name in row.portals)
        item = QTreeWidgetItem([row.key, meaning, metres, size, portals])
        item.setCheckState(0, Qt.CheckState.Unchecked)
        for column in (2, 3):
            item.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        item.setToolTip(4, portals)
        return item

    def chosen(self) -> tuple[str, ...]:
        if self.choice.currentData() == "whole":
            return (WHOLE,)
        ticked = [
            item.text(0) for item in self._items() if item.checkState(0) == Qt.CheckState.Checked
        ]
        return _in_order(ticked)

    def tick(self, wanted: Sequence[str]) -> None:
        """Ticks these bands; of the whole product, everything."""
        self._ticking = True
        for item in self._items():
            on = WHOLE in wanted or item.text(0) in wanted
            item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self._ticking = False
        name = next((n for n, _, keys_ in CHOICES if set(keys_) == set(wanted)), "own")
        self.choice.setCurrentIndex(self.choice.findData(name))
        self._sum_up()

    def _items(self) -> list[QTreeWidgetItem]:
        return [self.list.topLevelItem(i) for i in range(self.list.topLevelItemCount())]

    def _take_choice(self, *_) -> None:
        wanted = next((k for n, _, k in CHOICES if n == self.choice.currentData()), None)
        if wanted is not None:
            self.tick(wanted)

    def _ticked(self, *_) -> None:
        if not self._ticking:
            self.choice.setCurrentIndex(self.choice.findData("own"))
            self.tick(self.chosen())

    def _sum_up(self, *_) -> None:
        chosen = self.chosen()
        self._ok.setEnabled(bool(chosen))
        wanted = () if WHOLE in chosen else chosen
        scenes = self._offered.scenes if chosen else ()
        area = self._area if self.only_area() else None
        self._asked += 1
        self._ask(lambda: told(scenes, wanted, area), partial(self._show_sum, self._asked))

    def _show_sum(self, asked: int, text: str) -> None:
        if asked == self._asked:  # else somebody ticked again, or has left
            self.sum.setText(text)

    def done(self, result: int) -> None:
        self._asked += 1
        super().done(result)


def _in_order(ticked: Sequence[str]) -> tuple[str, ...]:
    """A usual choice in its own order (red, green, blue), so that it is recognised again."""
    return next((k for _, _, k in CHOICES if set(k) == set(ticked)), tuple(ticked))
