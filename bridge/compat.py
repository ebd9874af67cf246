"""What differs between QGIS 3.22 and 4, Qt 5 and Qt 6. `either` takes the first that exists."""

from __future__ import annotations

from typing import Any

import qgis.core


def either(*names: str) -> Any:
    """The first of these dotted names that this qgis.core knows."""
    for name in names:
        thing: Any = qgis.core
        for part in name.split("."):
            thing = getattr(thing, part, None)
        if thing is not None:
            return thing
    raise AttributeError(f"this QGIS has none of {', '.join(names)}")


TEMPORAL_START_AND_END = either(
    "Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromFields",
    "QgsVectorLayerTemporalProperties.TemporalMode.ModeFeatureDateTimeStartAndEndFromFields",
)
LABEL_OVER_POINT = either(
    "Qgis.LabelPlacement.OverPoint", "QgsPalLayerSettings.Placement.OverPoint"
)
SQUARE_KILOMETRES = either(
    "Qgis.AreaUnit.SquareKilometers", "QgsUnitTypes.AreaUnit.AreaSquareKilometers"
)
POLYGON = either("Qgis.GeometryType.Polygon", "QgsWkbTypes.GeometryType.PolygonGeometry")
STROKE_WIDTH = either(
    "QgsSymbolLayer.Property.StrokeWidth", "QgsSymbolLayer.Property.PropertyStrokeWidth"
)
STROKE_STYLE = either(
    "QgsSymbolLayer.Property.StrokeStyle", "QgsSymbolLayer.Property.PropertyStrokeStyle"
)


def shown_in(action: Any) -> list[Any]:
    """The menus and tool bars that an action is in; each Qt has a name of its own for them."""
    ask = getattr(action, "associatedObjects", None) or action.associatedWidgets
    return list(ask())
