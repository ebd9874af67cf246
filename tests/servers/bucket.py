"""A real object store (moto) that checks signatures; run by the Python of .venv-moto.

Prints one line of JSON: its address and the keys of a user who may read everything. Holds the files
that the command names, too. Ends with its standard input.
"""

import json
import sys
import urllib.request
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

READ_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
}
FILES = {"tiles/31/T/EL/2024/7/30/0/B04.jp2": bytes(range(256)) * 40, "a b/ü+é.txt": b"accents"}


def main():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    how = {"endpoint_url": address, "region_name": "us-east-1"}
    how |= {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    store = boto3.client("s3", **how)
    store.create_bucket(Bucket="pixels")
    for name, content in FILES.items():
        store.put_object(Bucket="pixels", Key=name, Body=content)
    for path in map(Path, sys.argv[1:]):
        store.put_object(Bucket="pixels", Key=path.name, Body=path.read_bytes())
    iam = boto3.client("iam", **how)
    iam.create_user(UserName="ada")
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=json.dumps(READ_ALL))
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    request = urllib.request.Request(
        f"{address}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(request).close()  # from now on it checks every request
    told = {"address": address, "id": key["AccessKeyId"], "key": key["SecretAccessKey"]}
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
