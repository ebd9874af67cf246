"""The names of compositions and of classes, in the user's language."""

from __future__ import annotations

from ..formats.presets import LEGENDS, MARKS, PRESETS
from .i18n import tr


def preset_titles() -> dict[str, str]:
    return {
        "true_colour": tr("True colour"),
        "near_infrared": tr("Near infrared"),
        "agriculture": tr("Agriculture"),
        "swir": tr("Short-wave infrared"),
        "ndvi": tr("NDVI, vegetation"),
        "gndvi": tr("GNDVI, vegetation by green"),
        "ndre": tr("NDRE, vegetation by red edge"),
        "ndmi": tr("NDMI, moisture of plants"),
        "ndwi": tr("NDWI, water"),
        "mndwi": tr("MNDWI, water among buildings"),
        "nbr": tr("NBR, burnt areas"),
        "ndsi": tr("NDSI, snow"),
        "evi": tr("EVI, dense vegetation"),
        "evi2": tr("EVI2, dense vegetation without blue"),
        "savi": tr("SAVI, vegetation on bare soil"),
        "msavi": tr("MSAVI, young vegetation"),
        "bsi": tr("BSI, bare soil"),
        "visual": tr("Ready-made picture"),
        "scl": tr("Scene classification"),
        "mask": tr("Cloud mask"),
        "snow": tr("Snow cover"),
        "snow_fraction": tr("Snow fraction"),
        "land_cover": tr("Land cover"),
        "olci": tr("True colour of Sentinel-3 OLCI"),
        "olci_water": tr("Water colour of Sentinel-3 OLCI"),
        "syn": tr("True colour of Sentinel-3 SYN"),
        "slstr": tr("Natural colour of Sentinel-3 SLSTR"),
        "temperature": tr("Temperature"),
        "gifapar": tr("FAPAR, light used by plants"),
        "chlorophyll": tr("Chlorophyll in water"),
        **_gas_titles(),
        "aerosol": tr("Aerosol index"),
        "quality": tr("Quality of each pixel"),
        "radar": tr("Radar: VV, VH and their ratio"),
        "rvi": tr("RVI, vegetation by radar"),
        "vh_vv": tr("VH/VV, vegetation by radar"),
        "vv": tr("Radar: VV in decibels"),
        "vh": tr("Radar: VH in decibels"),
        "single": tr("Each band by itself"),
        "all": tr("All bands in one layer"),
    }


def _gas_titles() -> dict[str, str]:
    """Of each gas where its quality is good, and of all of it."""
    gases = {
        "no2": tr("Nitrogen dioxide"),
        "so2": tr("Sulphur dioxide"),
        "co": tr("Carbon monoxide"),
        "hcho": tr("Formaldehyde"),
        "ch4": tr("Methane"),
        "o3": tr("Ozone"),
    }
    good, whole = tr("{gas} (quality above {percent} %)"), tr("{gas} (all pixels)")
    titles = {}
    for name, gas in gases.items():
        percent = round(100 * PRESETS[name].channels[0].limit)
        titles[name] = good.format(gas=gas, percent=percent)
        titles[f"{name}_all"] = whole.format(gas=gas)
    return titles


def classes(legend: str) -> list[tuple[int, str, str]]:
    """Number, translated name and colour of every class."""
    titles = _class_titles()
    return [(value, titles[title], colour) for value, title, colour in LEGENDS[legend]]


def marks(ramp: str) -> list[tuple[float, str, str]]:
    """Number, translated name and colour of what stands beyond a ramp."""
    titles = _class_titles()
    return [(value, titles[title], colour) for value, title, colour in MARKS.get(ramp, ())]


def _class_titles() -> dict[str, str]:
    return {
        "No data": tr("No data"),
        "Saturated or defective": tr("Saturated or defective"),
        "Dark or topographic shadow": tr("Dark or topographic shadow"),
        "Cloud shadow": tr("Cloud shadow"),
        "Vegetation": tr("Vegetation"),
        "Bare soil": tr("Bare soil"),
        "Water": tr("Water"),
        "Unclassified": tr("Unclassified"),
        "Cloud, medium probability": tr("Cloud, medium probability"),
        "Cloud, high probability": tr("Cloud, high probability"),
        "Thin cirrus": tr("Thin cirrus"),
        "Snow or ice": tr("Snow or ice"),
        "Clear": tr("Clear"),
        "Cloud": tr("Cloud"),
        "Cloud, seen by comparing dates": tr("Cloud, seen by comparing dates"),
        "Thin cloud": tr("Thin cloud"),
        "Hidden or shaded by terrain": tr("Hidden or shaded by terrain"),
        "Sun too low": tr("Sun too low"),
        "Rim of a cloud": tr("Rim of a cloud"),
        "Land": tr("Land"),
        "No snow": tr("No snow"),
        "Dense built-up area": tr("Dense built-up area"),
        "Diffuse built-up area": tr("Diffuse built-up area"),
        "Industrial and commercial area": tr("Industrial and commercial area"),
        "Road": tr("Road"),
        "Rapeseed": tr("Rapeseed"),
        "Straw cereals": tr("Straw cereals"),
        "Protein crops": tr("Protein crops"),
        "Soy": tr("Soy"),
        "Sunflower": tr("Sunflower"),
        "Maize": tr("Maize"),
        "Rice": tr("Rice"),
        "Tubers and roots": tr("Tubers and roots"),
        "Meadow": tr("Meadow"),
        "Orchard and fruit growing": tr("Orchard and fruit growing"),
        "Vineyard": tr("Vineyard"),
        "Broad-leaved forest": tr("Broad-leaved forest"),
        "Coniferous forest": tr("Coniferous forest"),
        "Natural grassland": tr("Natural grassland"),
        "Woody heath": tr("Woody heath"),
        "Rock and bare ground": tr("Rock and bare ground"),
        "Beach and dune": tr("Beach and dune"),
        "Glacier and eternal snow": tr("Glacier and eternal snow"),
    }
