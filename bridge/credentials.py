"""Logins from QGIS's authentication database; our settings hold only the id of a configuration.

Main thread only, but for `withheld`, `kept` and `amend`, which ask nobody: on a desktop QGIS asks
for the master password in a dialog, and a task that waits for it while the main thread waits for
the task would wait for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

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
    config = _config(config_id) if unlock() else None
    return _fields(config.method(), config.configMap()) if config is not None else {}


def withheld(config_id: str) -> bool:
    """Is there a login that cannot be read, because the database stays locked? Asks nobody."""
    manager = QgsApplication.authManager()
    return bool(config_id) and not manager.isDisabled() and not manager.masterPasswordIsSet()


def kept(config_id: str, field: str) -> str:
    """One field of a configuration as it is now; '' where the database is locked. Asks nobody."""
    config = None if withheld(config_id) else _config(config_id)
    return str(config.configMap().get(field, "")) if config is not None else ""


def amend(config_id: str, fields: Mapping[str, str]) -> bool:
    """Changes some fields of a configuration, '' takes one out; asks nobody. Was it kept?"""
    config = None if withheld(config_id) else _config(config_id)
    if config is None:
        return False
    for name, value in fields.items():
        if value:
            config.setConfig(name, value)
        else:
            config.removeConfig(name)
    return bool(QgsApplication.authManager().updateAuthenticationConfig(config))


def _config(config_id: str) -> Optional[QgsAuthMethodConfig]:
    """A configuration with its fields; None where there is none. The database is open."""
    manager = QgsApplication.authManager()
    found = manager.loadAuthenticationConfig(config_id, QgsAuthMethodConfig(), True)
    ok, config = found if isinstance(found, tuple) else (False, None)
    return config if ok else None


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
