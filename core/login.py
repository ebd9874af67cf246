"""Does a login work? Asks the portal, in the cheapest way that really needs the login."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

from . import decoding
from .auth import BearerAuth, ClientCredentials, JsonToken, OpenId, Withheld
from .errors import AuthError, ProductUnavailable
from .model import SearchRequest
from .service_account import ServiceAccount
from .transport import Cancel, HttpRequest, never

if TYPE_CHECKING:
    from .model import Asset
    from .provider import Provider, ProviderInfo

TOKENS = (OpenId, ClientCredentials, JsonToken, ServiceAccount)
BEGINNING = "bytes=0-499"  # enough to know a login page by
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


def proof(info: ProviderInfo) -> str:
    """What `try_login` asks this portal for; '' where there is no login."""
    ways = (info.search_auth, info.download_auth)
    if not info.needs_login:
        return ""
    if any(isinstance(way, TOKENS) for way in ways):
        return BOUGHT
    if info.login_test:
        return PAGE
    return SEARCH if info.search_auth.fields else FILE


def try_login(provider: Provider, cancelled: Cancel = never) -> Login:
    """Logs in for real. Raises PortalError: the portal refuses, or cannot be asked.

    A token is bought where the portal gives tokens; else the page that `ProviderInfo.login_test`
    names is read, or a search made, or the beginning of a file asked for, whichever comes first
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
    _first_bytes(provider, asset, cancelled)
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


def _first_bytes(provider: Provider, asset: Asset, cancelled: Cancel) -> None:
    """Asks for a file and hangs up as soon as the portal begins to send it."""
    request = provider.resolve(asset)
    asked = replace(request, headers={**request.headers, "Range": BEGINNING})
    with provider.files.open(asked, cancelled) as response:
        start = next(provider.files.chunks(response, cancelled), b"")
    refusal = provider.refusal(start)
    if refusal is not None:
        raise refusal
    if decoding.is_page(start) and "html" not in asset.type:
        raise AuthError(
            f"{provider.info.title} sent a web page instead of a file; "
            "the login or the licence may be missing.",
            provider=provider.info.id,
        )
