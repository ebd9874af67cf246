"""Search, download and load as Processing algorithms, with and without a desktop.

provider    the Processing provider ``sentinelportals``
base        what the algorithms have in common
search      an area and a time into a footprint layer
aoi_cloud   footprints with the share of cloud in an area
download    footprints into files
load        files into one image
"""
