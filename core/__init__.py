"""Words and machinery, in plain Python: no QGIS, no Qt.

model       what is asked and what comes back: SearchRequest, Product, Asset, Page
conditions  wanted values that can also judge a product: AtMost, AtLeast, Between, OneOf
catalogue   our collections as a table
names       the name patterns of every mission
bands       one word per band, whatever a portal calls it; scale and offset by baseline
nodes       single bands of a product by OData's Nodes
wording     how portals spell their facts, read into one spelling
scene       the same acquisition wherever it is held: identity, offers, merging
geometry    footprints and areas; the only module that imports shapely
errors      the error tree
discretion  what may be shown and logged
markup      XML without bombs
wkt         well-known text, read and written short
decoding    JSON read piece by piece, so that the main thread gets its turn
ogc         what OGC servers and mviewer offer, as one kind of record
transport   HttpRequest and Http; the only module that opens a connection
auth        the ways in: Open, Password, ApiKey, OpenId, JsonToken, SignedUrl, S3
login       does a login work?
sigv4       how requests to an object store are signed
service_account  how Google's accounts of machines log in
grids       pixels of an area: UTM, windows, pieces
provider    what a portal is: ProviderInfo and Provider
question    plain words into a request, and whom to ask
together    one answer for several who ask the very same
search      one request, one portal; and one request, many portals side by side
compare     who holds what: many portals' answers side by side
disk        what a disk can do to us; names that every system takes
archive     zip archives: whole, and without malice?
ranges      one large file in several pieces at the same time
lending     a portal's file as an address on this computer, for GDAL
download    one asset to one file; one scene to one folder
sizes       how many bytes will come
jobs        the queue on the disk: what is to be had, and where it stands
holdings    what is on the disk already: an index of chosen folders
circuit     which portals rest, because they failed hard a moment ago
worker      the queue at work: portals side by side, pauses, orders, the next offer
"""
