#!/bin/sh
# Installs what the checks and the demo need: Debian's packages, then .venv on the Python that QGIS uses.
# Says one line for what it does; does nothing, at once, when everything is there.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build

NEEDED="qgis python3-qgis python3-venv python3-requests python3-dateutil python3-shapely
        xvfb xdotool imagemagick qttools5-dev-tools git zip"
# Only for the tests against a real STAC server and a real QGIS Server, which skip without them.
OPTIONAL="postgresql-15-postgis-3 qgis-server"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else return 1; fi
}

missing() {
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
            printf '%s ' "$package"
    done
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$@"
}

debian() {
    lacking=$(missing $NEEDED)
    wished=$(missing $OPTIONAL)
    [ -n "$lacking$wished" ] || return 0
    echo "setup: installing with apt: $lacking$wished(log: build/apt.log)"
    as_root apt-get update --quiet >build/apt.log 2>&1 || true # an old list may do; the next line tells
    if [ -n "$lacking" ] && ! apt_install $lacking >>build/apt.log 2>&1; then
        tail -n 5 build/apt.log
        echo "setup: could not install $lacking- please install them by hand" >&2
        exit 1
    fi
    if [ -n "$wished" ] && ! apt_install $wished >>build/apt.log 2>&1; then
        echo "setup: $wished not available; the test that wants it will skip"
    fi
}

qgis_python() {
    for python in /usr/bin/python3 python3; do
        if "$python" -c 'import qgis.core' 2>/dev/null; then echo "$python"; return; fi
    done
    echo "setup: no Python here can import qgis; please install QGIS with its Python support" >&2
    exit 1
}

environment() {
    python=$(qgis_python)
    echo "setup: making .venv with $python (log: build/pip.log)"
    rm -rf .venv
    "$python" -m venv --system-site-packages .venv
    .venv/bin/python - >build/constraints.txt <<'END'
# What QGIS works with stays as it is: a newer numpy breaks GDAL's arrays, a newer urllib3 an older requests.
from importlib import metadata

for name in ("numpy", "requests", "urllib3", "python-dateutil", "shapely"):
    try:
        print(f"{name}=={metadata.version(name)}")
    except metadata.PackageNotFoundError:
        pass
END
    if ! .venv/bin/python -m pip install --quiet --requirement requirements-dev.txt \
        --constraint build/constraints.txt >build/pip.log 2>&1; then
        tail -n 5 build/pip.log
        exit 1
    fi
}

if command -v dpkg-query >/dev/null; then debian; fi
environment
