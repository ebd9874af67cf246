"""What is computed from products: GDAL and numpy, no QGIS.

indices     vegetation, water, snow and others, by formulas that people can read and write
mosaic      the scenes of one date as one virtual image
"""
