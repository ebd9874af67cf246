"""scripts/qgis_profile.py: the checkout in a QGIS profile."""

import pytest

from sentinel_portals.scripts import qgis_profile
from sentinel_portals.tests.conftest import PACKAGE, ROOT


def test_the_link_leads_to_the_checkout_and_can_be_made_again(tmp_path):
    qgis_profile.link(tmp_path)
    assert qgis_profile.link(tmp_path).resolve() == ROOT


def test_an_installed_copy_is_never_replaced(tmp_path):
    (tmp_path / "python" / "plugins" / PACKAGE).mkdir(parents=True)
    with pytest.raises(FileExistsError, match="installed copy"):
        qgis_profile.link(tmp_path)


def test_a_new_profile_has_the_plugin_switched_on_and_keeps_later_settings(tmp_path):
    ini = qgis_profile.make(tmp_path) / "QGIS" / "QGIS3.ini"
    assert f"[PythonPlugins]\n{PACKAGE}=true" in ini.read_text()
    ini.write_text("[mine]\n")
    qgis_profile.make(tmp_path)
    assert ini.read_text() == "[mine]\n"
