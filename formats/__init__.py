"""What is inside a product, and how to look at it: GDAL and numpy, no QGIS.

cog         folders of GeoTIFF or JP2 bands with their STAC item; many bands as one VRT
presets     compositions as data: which bands, which stretch, what instead
quicklook   a thumbnail put into its place on the map
"""
