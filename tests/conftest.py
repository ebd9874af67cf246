"""Makes the checkout importable as `sentinel_portals`, whatever its folder is called."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sentinel_portals"

if PACKAGE not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[PACKAGE])

pytest.register_assert_rewrite(f"{PACKAGE}.tests.providers.contract")

from sentinel_portals.tests.network import loopback_only  # noqa: E402, F401
