"""What eodag and sentinelsat understand of a server's answers; run by .venv-peers, not by ours.

    python peers.py < {"root": "http://127.0.0.1:8080", "cases": [...]} > facts by case

Each case has a folder of its own under ``root``; its ``reader`` is the client, and for eodag
``provider`` says whose description of the protocol is used and ``collection`` which of its own
collections is asked for.
"""

import json
import logging
import os
import sys
import tempfile

MISSING = ("Not Available", "", [], {})


def eodag(cases, root):
    os.environ["EODAG_CFG_DIR"] = tempfile.mkdtemp(prefix="sentinel-portals-eodag-")
    os.environ["EODAG_EXT_COLLECTIONS_CFG_URI"] = ""  # nothing from elsewhere
    from eodag import EODataAccessGateway

    logging.disable(logging.CRITICAL)
    gateway = EODataAccessGateway()
    for case in cases:
        where = f"{root}/{case['name']}"
        provider, collection = case["provider"], case["collection"]
        change = {
            "search": {
                "api_endpoint": f"{where}/api/stac/search",  # GEODES is asked beside it, too
                "discover_queryables": {
                    "fetch_url": None,
                    "collection_fetch_url": f"{where}/queryables",
                },
            }
        }
        if case.get("auth"):
            change["auth"] = {name: f"{where}/{path}" for name, path in case["auth"].items()}
        gateway.update_providers_config(dict_conf={provider: change})
        found = gateway.search(
            provider=provider, collection=collection, limit=case["count"], raise_errors=True
        )
        yield case["name"], [_of_eodag(product) for product in found]


def _of_eodag(product):
    said = {k: v for k, v in product.properties.items() if v is not None and v not in MISSING}
    link = said.get("eodag:download_link")
    whole = next((a for a in product.assets.values() if link and a["href"] == link), {})
    return {
        "id": said.get("id"),
        "key": said.get("uid"),
        "title": said.get("title"),
        "start": said.get("start_datetime") or said.get("datetime"),
        "footprint": product.geometry.__geo_interface__,
        "cloud": said.get("eo:cloud_cover"),
        "orbit": said.get("sat:relative_orbit"),
        "tile": said.get("grid:code"),
        "size": said.get("file:size", whole.get("file:size")),
        "online": said.get("order:status"),
        "checksum": said.get("file:checksum", whole.get("file:checksum")),
        "quicklook": said.get("eodag:quicklook") or said.get("eodag:thumbnail"),
        "link": link,
        "files": sorted(asset["href"] for asset in product.assets.values()),
    }


def sentinelsat(cases, root):
    from sentinelsat import SentinelAPI
    from shapely import wkt

    for case in cases:
        api = SentinelAPI("anyone", "anything", f"{root}/{case['name']}/", show_progressbars=False)
        if case["reader"] == "sentinelsat.search":
            found = api.query(raw="*", limit=case["count"])
            yield case["name"], [_of_search(key, said, wkt) for key, said in found.items()]
        else:
            yield case["name"], [_of_odata(api.get_product_odata(key), wkt) for key in case["ids"]]


def _of_search(key, said, wkt):
    return {
        "id": key,
        "title": said["title"],
        "start": said["beginposition"].isoformat(),
        "footprint": wkt.loads(said["footprint"]).__geo_interface__,
        "cloud": said.get("cloudcoverpercentage"),
        "orbit": said.get("relativeorbitnumber"),
        "tile": said.get("tileid"),
        "quicklook": said.get("link_icon"),
        "link": said.get("link"),
    }


def _of_odata(said, wkt):
    return {
        "id": said["id"],
        "title": said["title"],
        "start": said["date"].isoformat(),
        "footprint": wkt.loads(said["footprint"]).__geo_interface__,
        "size": said["size"],
        "online": said["Online"],
        "checksum": said.get("md5") or said.get("sha3-256"),
        "quicklook": said["quicklook_url"],
        "link": said["url"],
    }


def main():
    told = json.load(sys.stdin)
    of = {"eodag": [], "sentinelsat": []}
    for case in told["cases"]:
        of[case["reader"].partition(".")[0]].append(case)
    found = {}
    for client, cases in ((eodag, of["eodag"]), (sentinelsat, of["sentinelsat"])):
        found.update(client(cases, told["root"]))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
