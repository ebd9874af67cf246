"""What to search: collection, dates, cloud cover."""

from __future__ import annotations

from datetime import date, timedelta

from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from ..bridge.i18n import tr
from ..core.catalogue import CATALOGUE, CLOUD, COLLECTIONS
from . import words


class WhatPanel(QWidget):
    """``collection``, ``start``, ``end`` and ``max_cloud`` (None: any)."""

    changed = pyqtSignal()

    def __init__(self, canvas, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spWhatPanel")
        self._canvas = canvas
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)

        self._collection = QComboBox()
        self._collection.setObjectName("spCollection")
        self._collection.setMinimumContentsLength(12)
        self._collection.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for collection in COLLECTIONS:
            self._collection.addItem(words.collection(collection.id), collection.id)
        self._collection.currentIndexChanged.connect(self._collection_changed)
        label = QLabel(tr("Collectio&n"))
        label.setBuddy(self._collection)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self._collection, 0, 1)

        self._start = self._date_edit("spStart", tr("First day"))
        self._end = self._date_edit("spEnd", tr("Last day"))
        self._quick = QToolButton()
        self._quick.setObjectName("spQuickDates")
        self._quick.setText(tr("Per&iod"))
        self._quick.setToolTip(tr("Usual periods"))
        self._quick.setAccessibleName(self._quick.toolTip())
        self._quick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._quick)
        for text, period in (
            (tr("The last month"), last_days(30)),
            (tr("The last 3 months"), last_days(91)),
            (tr("This season"), this_season),
            (tr("This month a year ago"), month_a_year_ago),
        ):
            menu.addAction(text).triggered.connect(
                lambda _=False, period=period: self.set_period(*period(date.today()))  # noqa: DTZ011
            )
        menu.addSeparator()
        self._temporal = menu.addAction(tr("The temporal controller's range"))
        self._temporal.triggered.connect(self._take_temporal)
        menu.aboutToShow.connect(
            lambda: self._temporal.setEnabled(self._temporal_range() is not None)
        )
        self._quick.setMenu(menu)
        dates = QHBoxLayout()
        dates.setSpacing(3)
        dates.addWidget(self._start, 1)
        dates.addWidget(QLabel("–"))
        dates.addWidget(self._end, 1)
        dates.addWidget(self._quick)
        grid.addLayout(dates, 1, 0, 1, 2)

        self._use_cloud = QCheckBox(tr("Clo&ud"))
        self._use_cloud.setObjectName("spUseCloud")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("spCloudSlider")
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(tr("Cloud cover at most"))
        self._cloud = QSpinBox()
        self._cloud.setObjectName("spCloud")
        self._cloud.setRange(0, 100)
        self._cloud.setPrefix("≤ ")
        self._cloud.setSuffix(" %")
        self._cloud.setAccessibleName(tr("Cloud cover at most"))
        self._slider.valueChanged.connect(self._cloud.setValue)
        self._cloud.valueChanged.connect(self._slider.setValue)
        self._cloud.valueChanged.connect(self.changed)
        self._use_cloud.toggled.connect(self._cloud_changed)
        cloud = QHBoxLayout()
        cloud.setSpacing(6)
        cloud.addWidget(self._slider, 1)
        cloud.addWidget(self._cloud)
        grid.addWidget(self._use_cloud, 2, 0)
        grid.addLayout(cloud, 2, 1)
        self._cloud_changed()

    def _date_edit(self, name: str, spoken: str) -> QDateEdit:
        edit = QDateEdit()
        edit.setObjectName(name)
        edit.setAccessibleName(spoken)
        edit.setToolTip(spoken)
        edit.setCalendarPopup(True)
        edit.setDisplayFormat(words.date_format())
        edit.setMinimumDate(QDate(1972, 7, 23))  # Landsat 1
        edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        edit.setMinimumWidth(94)
        edit.dateChanged.connect(self.changed)
        return edit

    # --- what is asked ------------------------------------------------------------------------

    def collection(self) -> str:
        return self._collection.currentData()

    def set_collection(self, collection: str) -> None:
        self._collection.setCurrentIndex(max(0, self._collection.findData(collection)))

    def period(self) -> tuple[date, date]:
        return _plain(self._start.date()), _plain(self._end.date())

    def set_period(self, start: date, end: date) -> None:
        self._start.setDate(QDate(start.year, start.month, start.day))
        self._end.setDate(QDate(end.year, end.month, end.day))

    def max_cloud(self):
        """In percent, None when any cloud cover will do or clouds mean nothing here."""
        on = self._use_cloud.isEnabled() and self._use_cloud.isChecked()
        return self._cloud.value() if on else None

    def cloud(self) -> tuple[bool, int]:
        """The tick and the number, whether they mean something for this collection or not."""
        return self._use_cloud.isChecked(), self._cloud.value()

    def set_cloud(self, use: bool, percent: int) -> None:
        self._use_cloud.setChecked(use)
        self._cloud.setValue(percent)

    def focus_dates(self) -> None:
        self._start.setFocus()

    # --- inside -------------------------------------------------------------------------------

    def _collection_changed(self) -> None:
        self._cloud_changed()

    def _cloud_changed(self, *_) -> None:
        clouds = CLOUD in CATALOGUE[self.collection()].filters
        tip = "" if clouds else tr("Clouds mean nothing for this collection")
        self._use_cloud.setEnabled(clouds)
        for widget in (self._slider, self._cloud):
            widget.setEnabled(clouds and self._use_cloud.isChecked())
        for widget in (self._use_cloud, self._slider, self._cloud):
            widget.setToolTip(tip or tr("Cloud cover at most"))
        self.changed.emit()

    def _temporal_range(self):
        times = self._canvas.mapSettings().temporalRange()
        begin, end = times.begin(), times.end()
        return (begin.date(), end.date()) if begin.isValid() and end.isValid() else None

    def _take_temporal(self) -> None:
        times = self._temporal_range()
        if times:
            self.set_period(_plain(times[0]), _plain(times[1]))


def _plain(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def last_days(days: int):
    """A function: the period of that many days up to a given one."""
    return lambda today: (today - timedelta(days=days), today)


def this_season(today: date) -> tuple[date, date]:
    """From the first day of the meteorological season (March, June, September, December)."""
    month = today.month // 3 * 3 or 12
    year = today.year - (today.month < 3)
    return date(year, month, 1), today


def month_a_year_ago(today: date) -> tuple[date, date]:
    first = date(today.year - 1, today.month, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return first, after - timedelta(days=1)
