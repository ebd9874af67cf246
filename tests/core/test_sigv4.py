"""core/sigv4.py against the examples that AWS publishes.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from datetime import datetime, timezone

import pytest
import requests

from sentinel_portals.core.auth import S3
from sentinel_portals.core.sigv4 import SigV4Auth, https
from sentinel_portals.core.transport import Http

KEY_ID = "AKIAIOSFODNN7EXAMPLE"  # AWS's own example; it opens nothing
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # pragma: allowlist secret
BUCKET = "https://examplebucket.s3.amazonaws.com"
MOMENT = datetime(2013, 5, 24, tzinfo=timezone.utc)

EXAMPLES = {
    "get an object": (
        ("GET", f"{BUCKET}/test.txt", {"Range": "bytes=0-9"}, None),
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    "put an object": (
        (
            "PUT",
            f"{BUCKET}/test%24file.text",
            {
                "Date": "Fri, 24 May 2013 00:00:00 GMT",
                "x-amz-storage-class": "REDUCED_REDUNDANCY",
            },
            b"Welcome to Amazon S3.",
        ),
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    "a parameter without value": (
        ("GET", f"{BUCKET}/?lifecycle", {}, None),
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    "parameters in any order": (
        ("GET", f"{BUCKET}/?prefix=J&max-keys=2", {}, None),
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
}


def signed(method, url, headers, body=None, **more):
    request = requests.Request(method, url, headers=headers, data=body).prepare()
    return SigV4Auth(KEY_ID, KEY, "us-east-1", now=lambda: MOMENT, **more)(request)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_request_is_signed_as_amazon_signs_it(example):
    request, names, signature = EXAMPLES[example]
    assert signed(*request).headers["Authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20130524/us-east-1/s3/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def test_who_pays_is_part_of_what_is_signed():
    request = signed("GET", f"{BUCKET}/test.txt", {}, requester_pays=True)
    assert request.headers["x-amz-request-payer"] == "requester"
    assert "x-amz-request-payer," in request.headers["Authorization"]


def test_the_secret_itself_is_not_sent():
    request = signed("GET", f"{BUCKET}/test.txt", {})
    assert KEY not in str(request.headers)


def test_the_port_is_part_of_the_host_that_is_signed():
    request = signed("GET", "http://127.0.0.1:9000/b/k", {})
    assert request.headers["Host"] == "127.0.0.1:9000"


def test_the_login_of_a_portal_with_buckets_signs():
    way = S3(region="eu-central-1", requester_pays=True)
    auth = way.auth({"username": KEY_ID, "password": KEY}, Http("AWS"))
    request = auth(requests.Request("GET", f"{BUCKET}/test.txt").prepare())
    assert "/eu-central-1/s3/" in request.headers["Authorization"]
    assert "x-amz-request-payer" in request.headers


def test_a_link_into_a_bucket_is_served_by_https_as_well():
    served = "https://sentinel-s2-l1c.s3.eu-central-1.amazonaws.com/tiles/31/T/EL/B04.jp2"
    assert https("s3://sentinel-s2-l1c/tiles/31/T/EL/B04.jp2", "eu-central-1") == served
    assert https(served, "us-west-2") == served
