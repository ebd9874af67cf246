"""core/ogc.py: capabilities of many servers, and mviewer's configuration, as the same records."""

import pytest

from sentinel_portals.core import ogc
from sentinel_portals.core.errors import QueryError, ResponseError

WMS_13 = b"""<?xml version="1.0"?>
<WMS_Capabilities xmlns="http://www.opengis.net/wms" version="1.3.0"><Capability>
 <Request><GetMap><Format>image/jpeg</Format><Format>image/png</Format></GetMap></Request>
 <Layer><Title>All</Title><CRS>EPSG:3857</CRS><Attribution><Title>Ours</Title></Attribution>
  <EX_GeographicBoundingBox><westBoundLongitude>-5</westBoundLongitude>
   <eastBoundLongitude>-1</eastBoundLongitude><southBoundLatitude>47</southBoundLatitude>
   <northBoundLatitude>49</northBoundLatitude></EX_GeographicBoundingBox>
  <Layer><Name>ndvi</Name><Title>NDVI</Title><CRS>EPSG:2154</CRS>
   <Style><Name>green</Name></Style>
   <Dimension name="time" units="ISO8601">2024-06-01, 2024-07-01</Dimension></Layer>
  <Layer><Title>a folder without a name</Title>
   <Layer><Name>coast</Name><Title>Coast</Title>
    <EX_GeographicBoundingBox><westBoundLongitude>?</westBoundLongitude>
    </EX_GeographicBoundingBox></Layer></Layer>
 </Layer></Capability></WMS_Capabilities>"""

WMS_11 = b"""<WMT_MS_Capabilities version="1.1.1"><Capability>
 <Request><GetMap><Format>image/png</Format></GetMap></Request>
 <Layer><SRS>EPSG:4326 EPSG:2154</SRS><Layer><Name>old</Name><Title>Old</Title>
  <LatLonBoundingBox minx="-5" miny="47" maxx="-1" maxy="49"/>
  <Extent name="time">2019-11-01</Extent></Layer></Layer></Capability></WMT_MS_Capabilities>"""

WMTS = b"""<Capabilities xmlns="http://www.opengis.net/wmts/1.0"
  xmlns:ows="http://www.opengis.net/ows/1.1" version="1.0.0"><Contents>
 <Layer><ows:Title>True colour</ows:Title><ows:Identifier>TRUE</ows:Identifier>
  <ows:WGS84BoundingBox><ows:LowerCorner>-180 -85</ows:LowerCorner>
   <ows:UpperCorner>180 85</ows:UpperCorner></ows:WGS84BoundingBox>
  <Style><ows:Identifier>other</ows:Identifier></Style>
  <Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>
  <Format>image/png</Format>
  <Dimension><ows:Identifier>TIME</ows:Identifier><Value>2024-07-01</Value></Dimension>
  <TileMatrixSetLink><TileMatrixSet>PopularWebMercator256</TileMatrixSet></TileMatrixSetLink>
 </Layer>
 <TileMatrixSet><ows:Identifier>PopularWebMercator256</ows:Identifier>
  <ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS></TileMatrixSet>
</Contents></Capabilities>"""

WCS_20 = b"""<wcs:Capabilities xmlns:wcs="http://www.opengis.net/wcs/2.0"
  xmlns:ows="http://www.opengis.net/ows/2.0"><wcs:Contents><wcs:CoverageSummary>
  <wcs:CoverageId>dem</wcs:CoverageId></wcs:CoverageSummary></wcs:Contents></wcs:Capabilities>"""

WCS_10 = b"""<WCS_Capabilities xmlns="http://www.opengis.net/wcs"
  xmlns:gml="http://www.opengis.net/gml"><ContentMetadata><CoverageOfferingBrief>
  <name>clear</name><label>Clear day</label><lonLatEnvelope><gml:pos>2.6 45.2</gml:pos>
  <gml:pos>3.6 46.2</gml:pos></lonLatEnvelope></CoverageOfferingBrief></ContentMetadata>
</WCS_Capabilities>"""

MVIEWER = b"""<config><application title="T"/><themes><theme id="s2"><group name="g">
  <layer id="sentinel:mosaic" name="Mosaic" url="https://maps.example.org/wms?map=a.map&amp;SERVICE=WMS"
   timefilter="true" timevalues="20191101,20200401" attribution="LETG" style="a,b"/>
  <layer id="points" name="Points" type="geojson" url="p.geojson"/>
  <layer id="near" name="Near" type="wms" url="../geoserver/wms"/>
  </group></theme></themes></config>"""

URL = "https://maps.example.org/viewer/apps/config.xml"


def test_a_wms_layer_has_from_its_parents_what_it_does_not_say():
    ndvi, coast = ogc.read(WMS_13, "https://maps.example.org/wms")
    assert (ndvi.kind, ndvi.name, ndvi.title) == ("WMS", "ndvi", "NDVI")
    assert ndvi.crs == ("EPSG:3857", "EPSG:2154")
    assert ndvi.bbox == (-5, 47, -1, 49)
    assert ndvi.times == ("2024-06-01", "2024-07-01")
    assert (ndvi.styles, ndvi.attribution) == (("green",), "Ours")
    assert ndvi.formats == ("image/jpeg", "image/png")
    assert coast.bbox == ndvi.bbox, "a box that cannot be read costs only itself"
    assert coast.times == ()


def test_an_old_wms_is_read_alike():
    (old,) = ogc.read(WMS_11, "https://maps.example.org/wms")
    assert old.crs == ("EPSG:4326", "EPSG:2154")
    assert (old.bbox, old.times) == ((-5, 47, -1, 49), ("2019-11-01",))


def test_a_wmts_names_its_tilings_and_their_coordinate_systems():
    (layer,) = ogc.read(WMTS, "https://maps.example.org/wmts")
    assert layer.matrix_sets == (("PopularWebMercator256", "EPSG:3857"),)
    assert layer.styles == ("default", "other")
    assert layer.times == ("2024-07-01",)
    assert layer.bbox == (-180, -85, 180, 85)


def test_coverages_old_and_new():
    (new,) = ogc.read(WCS_20, "https://maps.example.org/wcs")
    assert (new.kind, new.name, new.bbox) == ("WCS", "dem", None)
    (old,) = ogc.read(WCS_10, "https://maps.example.org/wcs")
    assert (old.name, old.title, old.bbox) == ("clear", "Clear day", (2.6, 45.2, 3.6, 46.2))


def test_an_mviewer_gives_its_wms_layers_wherever_they_live():
    mosaic, near = ogc.read(MVIEWER, URL)
    assert (mosaic.name, mosaic.title) == ("sentinel:mosaic", "Mosaic")
    assert mosaic.url == "https://maps.example.org/wms?map=a.map"
    assert mosaic.times == ("20191101", "20200401")
    assert (mosaic.styles, mosaic.attribution) == (("a",), "LETG")
    assert near.url == "https://maps.example.org/viewer/geoserver/wms"


def test_the_configuration_behind_an_mviewers_page():
    page = "https://geobretagne.fr/pub/dreal_b/mviewer/?config=../apps/teledetection/config.xml"
    assert ogc.config_url(page) == (
        "https://geobretagne.fr/pub/dreal_b/apps/teledetection/config.xml"
    )
    assert ogc.config_url(URL) == URL
    assert ogc.config_url("https://maps.example.org/wms?map=a.map") == ""


def test_the_question_for_capabilities_keeps_what_is_the_servers_own():
    asked = ogc.capabilities_url("https://x.org/cgi?map=/a.map&service=WFS&Request=x", "WMS")
    assert asked == (
        "https://x.org/cgi?map=%2Fa.map&SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0"
    )
    assert ogc.capabilities_url("https://x.org/wms", "WMTS").startswith("https://x.org/wms?SERVICE")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("urn:ogc:def:crs:EPSG:6.18:3:3857", "EPSG:3857"),
        ("http://www.opengis.net/def/crs/EPSG/0/2154", "EPSG:2154"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
    ],
)
def test_coordinate_systems_are_spelled_one_way(said, meant):
    assert ogc.crs_name(said) == meant


def test_a_server_that_refuses_is_told_in_its_own_words():
    said = b"<ServiceException>No such map</ServiceException>"
    refusal = b"<ServiceExceptionReport>" + said + b"</ServiceExceptionReport>"
    with pytest.raises(QueryError) as caught:
        ogc.read(refusal, "https://maps.example.org/wms")
    assert str(caught.value) == "maps.example.org refuses: No such map"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Welcome</body></html>",
        b"not xml",
        b"",
        b'<!DOCTYPE a [<!ENTITY b "c">]><WMS_Capabilities/>',
    ],
)
def test_what_is_no_list_of_layers_is_said_to_be_none(content):
    with pytest.raises(ResponseError, match="gave no list of layers"):
        ogc.read(content, "https://maps.example.org/wms")


@pytest.mark.parametrize("content", [WMS_13, WMS_11, WMTS, WCS_20, WCS_10, MVIEWER])
def test_a_document_cut_anywhere_is_read_or_refused_and_nothing_else(content):
    for end in range(0, len(content), 7):
        try:
            ogc.read(content[:end], URL)
        except (QueryError, ResponseError):
            continue
