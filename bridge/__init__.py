"""QGIS services without widgets: the only neighbour that knows both worlds.

i18n         texts in the user's language
icons        our icons, by name
compat       names that differ between QGIS 3.22 and 4
facts        what the core says, to be translated
messages     errors as sentences, and the log panel
settings     what is remembered, and where our files live
network      QGIS's proxy, certificates and time-out for the core
credentials  logins from QGIS's authentication database
keeper       refresh tokens, renewed and kept from whatever thread
portals      the portals, ready to be asked
accounts     the logins that portals want, and a task that tries one
health       how the portals are: what each answered last
comparing    the comparison of portals beside the main thread
areas        anything on the map as GeoJSON
footprints   the footprint layer and its GeoPackage
looks        its colours, labels, map tip and time
quicklooks   small pictures: fetched, kept, shown in the map tip
expressions  what the map tips ask for: kept pictures, titles of portals
rasters      what was downloaded, as raster layers; load_task prepares them beside the main thread
mosaics      the tiles of each date as one image; a task that finds them on the disk
moved        layers of archives in a project that was moved
legend       names of compositions and classes, in the user's language
ogc          web map layers: what a server offers, and one of them on the map
probe        a look at a STAC API before it is added
relinking    layers whose files were moved, and where they are now
preflight    what is known of a download before it starts; the look at chosen folders
tasks        search and quicklooks beside the main thread
queue_task   the download queue as one task of QGIS
queue_clerk  the list of downloads, read and changed beside the main thread
troubles     what went wrong with a download, and what helps
"""
