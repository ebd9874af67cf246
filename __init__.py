"""Sentinel Portals: search, compare and fetch satellite scenes from many portals at once."""


def classFactory(iface):
    """What QGIS calls. The import stays inside: the package itself needs no QGIS."""
    from .plugin import SentinelPortals

    return SentinelPortals(iface)
