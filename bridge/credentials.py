"""Logins from QGIS's authentication database; our settings hold only the id of a configuration.

Main thread only: on a desktop QGIS asks for the master password in a dialog, and a task that waits
for it while the main thread waits for the task would wait for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication, QgsAuthMethodConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

_refused: list[bool] = []


def unlock(again: bool = False) -> bool:
    """Is the database open? Asks for the master password, once; ``again`` asks after a refusal."""
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        return False
    if manager.masterPasswordIsSet():
        return True
    if not manager.masterPasswordHashInDatabase() or (_refused and not again):
        return False
    opened = bool(manager.setMasterPassword(True))
    _refused[:] = [] if opened else [True]
    return opened


def secrets(config_id: str) -> dict[str, str]:
    """The fields of a configuration; {} when there is none or the database stays locked."""
    manager = QgsApplication.authManager()
    if not config_id or manager.isDisabled() or config_id not in manager.configIds():
        return {}
    if not unlock():
        return {}
    found = manager.loadAuthenticationConfig(config_id, QgsAuthMethodConfig(), True)
    ok, config = found if isinstance(found, tuple) else (False, None)
    if not ok or config is None:
        return {}
    return _fields(config.method(), config.configMap())


def _fields(method: str, kept: Mapping[str, str]) -> dict[str, str]:
    """``username`` and ``password``, whatever the method calls them."""
    if method == "APIHeader":  # header → value; we know the header, the value is the secret
        return {"password": next(iter(kept.values()), "")}
    if method == "EsriToken":
        return {"password": kept.get("token", "")}
    return dict(kept)


def configs() -> list[tuple[str, str, str]]:
    """(id, name, method) of every configuration, by name; needs no password."""
    found = QgsApplication.authManager().availableAuthMethodConfigs()
    listed = [(key, config.name(), config.method()) for key, config in found.items()]
    return sorted(listed, key=lambda entry: entry[1].lower())


def store(name: str, method: str, fields: Mapping[str, str], config_id: str = "") -> str:
    """Keeps a login and gives its id; '' when the database stays locked.

    A method that this QGIS lacks (APIHeader and AWSS3 came after 3.22) is kept as Basic.
    ``config_id`` names the configuration to be replaced. ``header`` in ``fields`` is the header
    of an APIHeader login.
    """
    manager = QgsApplication.authManager()
    if manager.isDisabled() or not (unlock(again=True) or _first_password()):
        return ""
    config = QgsAuthMethodConfig(method if method in manager.authMethodsKeys() else "Basic")
    config.setName(name)
    kept = {key: value for key, value in fields.items() if key != "header"}
    if config.method() == "APIHeader":
        kept = {fields.get("header", "X-API-Key"): fields.get("password", "")}
    for key, value in kept.items():
        config.setConfig(key, value)
    if config_id and config_id in manager.configIds():
        config.setId(config_id)
        return config_id if manager.updateAuthenticationConfig(config) else ""
    answer = manager.storeAuthenticationConfig(config)
    ok, config = answer if isinstance(answer, tuple) else (answer, config)
    return config.id() if ok else ""


def _first_password() -> bool:
    """A database without a master password: QGIS asks for one."""
    manager = QgsApplication.authManager()
    return not manager.masterPasswordHashInDatabase() and bool(manager.setMasterPassword(True))
