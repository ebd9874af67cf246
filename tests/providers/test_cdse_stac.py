"""The STAC catalogue of Copernicus Data Space in its own words."""

from sentinel_portals import api
from sentinel_portals.core import download
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

NAME = "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101"
NODES = (
    "https://download.dataspace.copernicus.eu/odata/v1/Products(00000001-1111-4222-8333-444444444441)"
    f"/Nodes({NAME}.SAFE)/Nodes(GRANULE)/Nodes(L2A_T31TEL_A047001_20240730T103631)/Nodes(IMG_DATA)"
)


class TestCdseStac(Contract):
    portal = "cdse_stac"
    request = api.question(
        "sentinel-2-l2a",
        (2.9, 45.6, 3.3, 45.9),
        "2021-07-01",
        max_cloud=20,
        filters={"platform": ["sentinel-2a", "sentinel-2b"]},
    )
    sends = (
        "POST https://stac.dataspace.copernicus.eu/v1/search ",
        '"datetime": "2021-07-01T00:00:00.000Z/.."',
        '"filter-lang": "cql2-json", "filter": {"op": "and", "args": [{"op": "or", "args": '
        '[{"op": "=", "args": [{"property": "platform"}, "sentinel-2a"]}',
        '{"op": "<=", "args": [{"property": "eo:cloud_cover"}, 20]}',
    )
    first = {
        "id": NAME,
        "title": NAME,
        "datetime": "2024-07-30T10:36:31.024Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TEL",
        "sat:relative_orbit": 8,
        "eo:cloud_cover": 4.25,
        "order_status": "succeeded",
        "assets": ["AOT_10m", "B04_10m", "B8A_20m", "Product", "SCL_20m", "thumbnail"],
        "B04_10m.href": f"{NODES}/Nodes(R10m)/Nodes(T31TEL_20240730T103631_B04_10m.jp2)/$value",
        "B04_10m.file:local_path": "T31TEL_20240730T103631_B04_10m.jp2",
        "B04_10m.size": 201010,
        "B04_10m.proj:epsg": 32631,
        "B04_10m.eo:bands": [{"name": "B04", "common_name": "red", "center_wavelength": 0.665}],
        "B04_10m.raster:bands": [
            {"nodata": 0, "data_type": "uint16", "scale": 0.0001, "offset": -0.1}
        ],
        "Product.file:local_path": f"{NAME}.zip",
    }
    then = '"token": "next:sentinel-2-l2a:S2B_MSIL2A_20240725T103629_N0511_R008_T31TEL_'
    ids = (
        NAME,
        "S2B_MSIL2A_20240725T103629_N0511_R008_T31TEL_20240725T131125",
        "S2A_MSIL2A_20210720T103631_N0301_R008_T31TEL_20210720T164001",
    )


def test_bands_older_than_baseline_04_00_have_no_offset_whatever_the_item_says():
    item = fixture("cdse_stac_last")["features"][0]
    assert item["assets"]["B04_10m"]["raster:offset"] == -0.1
    assert scaling(item, "B04_10m") == (0.0001, 0.0)


def test_aerosol_is_no_reflectance_whatever_the_item_says():
    item = fixture("cdse_stac_first")["features"][0]
    assert item["assets"]["AOT_10m"]["raster:scale"] == 0.0001
    assert scaling(item, "AOT_10m") == (0.001, 0.0)


def scaling(item, key):
    provider = connected("cdse_stac", "")
    product = provider.product(item, api.question("sentinel-2-l2a"))
    band = product.assets[key].properties["raster:bands"][0]
    return band["scale"], band["offset"]


def test_the_whole_product_is_its_zip():
    provider = connected("cdse_stac", "")
    item = fixture("cdse_stac_first")["features"][0]
    product = provider.product(item, api.question("sentinel-2-l2a"))
    assert [a.key for a in download.whole(product)] == ["Product"]
    assert download.file_name(product.assets["Product"]) == f"{NAME}.zip"


def test_the_login_goes_to_the_download_host_but_to_no_stranger():
    provider = connected("cdse_stac", "")
    item = fixture("cdse_stac_first")["features"][0]
    assets = provider.product(item, api.question("sentinel-2-l2a")).assets
    assert provider.resolve(assets["B04_10m"]).login
    assert not provider.resolve(assets["thumbnail"]).login  # another company's host
