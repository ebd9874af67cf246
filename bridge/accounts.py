"""The logins that portals want, in words; and a task that tries one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from ..core.auth import (
    S3,
    ApiKey,
    ClientCredentials,
    JsonToken,
    OpenId,
    Password,
    SignedUrl,
    complete,
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


def takes_code(info: ProviderInfo) -> bool:
    """May the login want a one-time code?"""
    return any("totp" in getattr(way, "optional", ()) for way in ways(info))


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
