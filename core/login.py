"""Does a login work? Asks the portal, in the cheapest way that really needs the login."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

from .auth import BearerAuth, Withheld
from .errors import AuthError, ProductUnavailable
from .model import SearchRequest
from .transport import Cancel, HttpRequest, never

if TYPE_CHECKING:
    from .model import Asset
    from .provider import Provider

BOUGHT, PAGE, SEARCH, FILE = "token", "page", "search", "file"


@dataclass(frozen=True)
class Login:
    """The portal let us in. ``how`` it was tried, and for how many seconds it is good.

    ``lives`` is the token's life, ``session`` how long no password is wanted again; None where
    there is no such end or nobody says.
    """

    how: str
    lives: Optional[float] = None
    session: Optional[float] = None


def try_login(provider: Provider, cancelled: Cancel = never) -> Login:
    """Logs in for real. Raises PortalError: the portal refuses, or cannot be asked.

    A token is bought where the portal gives tokens; else the page that `ProviderInfo.login_test`
    names is read, or a search made, or the first byte of a file asked for, whichever comes first
    and wants the login. ProductUnavailable where only a whole download would tell.
    """
    info = provider.info
    auth = provider.files.auth or provider.http.auth
    if auth is None:
        raise AuthError(f"{info.title} has no login yet.", provider=info.id)
    if isinstance(auth, Withheld):
        raise auth.refusal()
    if isinstance(auth, BearerAuth):
        auth.log_in()
        return Login(BOUGHT, auth.lives, auth.session_lives)
    if info.login_test:
        provider.files.read(HttpRequest("GET", info.login_test), cancelled)
        return Login(PAGE)
    if info.search_auth.fields:
        _newest_file(provider, cancelled)
        return Login(SEARCH)
    asset = _newest_file(provider, cancelled)
    if asset is None:
        raise ProductUnavailable(
            f"The login for {info.title} can only be tested by a download.", provider=info.id
        )
    _first_byte(provider, asset, cancelled)
    return Login(FILE)


def _newest_file(provider: Provider, cancelled: Cancel) -> Optional[Asset]:
    """The smallest file of the first page that can be had at once and wants a login."""
    collection = next(iter(provider.info.collections), "")
    request = SearchRequest(collection, max_items=10)
    page = next(iter(provider.search(request, cancelled)), None)
    for product in page.products if page else ():
        files = [
            asset
            for asset in product.assets.values()
            if product.online
            and asset.href.startswith("http")
            and "data" in asset.roles
            and provider.resolve(asset).login
        ]
        if files:
            return min(files, key=lambda asset: asset.size or 0)
    return None


def _first_byte(provider: Provider, asset: Asset, cancelled: Cancel) -> None:
    """Asks for a file and hangs up as soon as the portal agrees."""
    request = provider.resolve(asset)
    asked = replace(request, headers={**request.headers, "Range": "bytes=0-0"})
    with provider.files.open(asked, cancelled) as response:
        refusal = provider.refusal(next(provider.files.chunks(response, cancelled), b""))
    if refusal is not None:
        raise refusal
