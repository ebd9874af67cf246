"""The logins that portals want, in words; and the tasks that try one or make one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import pyqtSignal

from ..core.auth import (
    S3,
    ApiKey,
    ClientCredentials,
    JsonToken,
    OpenId,
    Password,
    SignedUrl,
    complete,
    start_device,
    wait_device,
)
from ..core.login import Login, try_login
from ..core.service_account import ServiceAccount
from .i18n import mark, tr, translated
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.provider import Provider, ProviderInfo

KINDS: Mapping[type, str] = {
    Password: mark("User name and password"),
    ApiKey: mark("Key"),
    OpenId: mark("OpenID"),
    ClientCredentials: mark("OAuth client"),
    ServiceAccount: mark("Key file"),
    JsonToken: mark("User name and password"),
    SignedUrl: mark("Signed links"),
    S3: mark("S3 keys"),
}

FIELDS = {"username": mark("user name"), "password": mark("password")}

OPTIONAL: Mapping[str, str] = {
    "client_id": mark("Client &id"),
    "client_secret": mark("Client &secret"),
    "refresh_token": mark("&Refresh token"),
    "origin": mark("O&rigin"),
}
"""What only some accounts need, as it stands before its field; a one-time code has its own."""

EXPLAINED: Mapping[str, str] = {
    "client_id": mark("of your own OAuth client"),
    "client_secret": mark("of your own OAuth client"),
    "refresh_token": mark("in place of user name and password"),
    "origin": mark("eumetsat or cmems, where the account comes from there"),
}

KEY, KEY_PAIR = mark("key"), mark("key's name")


def ways(info: ProviderInfo) -> list[Any]:
    """The logins that a portal wants, that for searching first."""
    return [way for way in (info.search_auth, info.download_auth) if way.fields]


def kind(info: ProviderInfo) -> str:
    """``OpenID``, ``Key``: what kind of login it is."""
    told = [KINDS.get(type(way), KINDS[Password]) for way in ways(info)]
    return ", ".join(translated(words) for words in dict.fromkeys(told))


def needed_for(info: ProviderInfo) -> str:
    """What the account is good for."""
    if info.search_auth.fields:
        return tr("search and files") if info.download_auth.fields else tr("search")
    return tr("files")


def optional(info: ProviderInfo) -> tuple[str, ...]:
    """The fields that only some accounts of this portal need."""
    named = (name for way in ways(info) for name in getattr(way, "optional", ()))
    return tuple(dict.fromkeys(named))


def browser(info: ProviderInfo) -> Optional[OpenId]:
    """The way in by the browser, where the portal has one."""
    return next((way for way in ways(info) if getattr(way, "device", "")), None)


def opened_too(info: ProviderInfo, others: Iterable[ProviderInfo]) -> list[ProviderInfo]:
    """The other open portals that take the very same account."""
    same = [other for other in first_rows(others) if ways(other) == ways(info)]
    tokens = any(isinstance(way, OpenId) for way in ways(info))
    return [other for other in same if other.id != info.id] if tokens else []


def lacking(info: ProviderInfo, secrets: Mapping[str, str]) -> str:
    """The words for what a chosen configuration should hold and does not, '' for nothing."""
    given = {name: value for name, value in secrets.items() if value}
    names: dict[str, str] = {}
    for way in ways(info):
        if not complete(way.fields, given):
            for name in way.fields:
                if name not in given:
                    names[name] = _called(way, name)
    return ", ".join(names.values())


def _called(way: Any, name: str) -> str:
    if isinstance(way, (ApiKey, ClientCredentials, S3, ServiceAccount)):
        return translated(KEY if name == "password" else KEY_PAIR)
    return translated(FIELDS.get(name, name))


def first_rows(infos: Iterable[ProviderInfo]) -> list[ProviderInfo]:
    """The open portals that want a login."""
    return [info for info in infos if info.needs_login and not info.closed]


class LoginTask(Task):
    """Logs in at one portal; once it is ``over``, ``login`` says how, ``error`` why not."""

    def __init__(self, provider: Provider) -> None:
        title = provider.info.title
        super().__init__(tr("Login at {portal}").format(portal=title))
        self._provider = provider
        self.portal = provider.info.id
        self.login: Optional[Login] = None
        self.over = False

    def finished(self, result: bool) -> None:
        self.over = True
        super().finished(result)

    def work(self) -> None:
        for answer in beside(self._try):
            if answer is not None:
                self.login = answer
            elif self.stopped():
                return

    def _try(self) -> Login:
        try:
            return try_login(self._provider, self.stopped)
        finally:
            self._provider.http.close()
            self._provider.files.close()


class BrowserTask(Task):
    """A login in the browser: ``began`` carries the DeviceLogin to show; ``secrets`` are kept."""

    began = pyqtSignal(object)

    def __init__(self, way: OpenId, provider: Provider) -> None:
        super().__init__(tr("Login at {portal}").format(portal=provider.info.title))
        self._way, self._http = way, provider.http.with_auth(None)
        self.secrets: dict[str, str] = {}

    def work(self) -> None:
        for answer in beside(self._wait):
            if answer is not None:
                self.secrets = answer
            elif self.stopped():
                return

    def _wait(self) -> dict[str, str]:
        try:
            login = start_device(self._way, self._http)
            self.began.emit(login)
            return wait_device(self._way, login, self._http, self.stopped)
        finally:
            self._http.close()
