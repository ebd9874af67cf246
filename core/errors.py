"""What can go wrong, named after what a person can do next.

PortalError                  anything a portal or the way to it can do to us
├─ NetworkError              no connection, time-out, proxy, TLS          check the connection
├─ ServiceError              the portal is ill (5xx)                      try later
│  └─ RateLimited            too fast; carries retry_after                wait
├─ AuthError                 login missing, wrong, expired (401)          open the credentials
│  └─ TermsNotAccepted       login fine, licence or quota not (403)       open the portal's page
├─ QueryError                the portal refuses the question (400, 422)   change the search
├─ ResponseError             an answer we cannot read: portal changed     report it
├─ ProductUnavailable        gone (404), or not to be had                 take another portal
│  └─ ProductOffline         in the archive                               order it
└─ Cancelled                 the user asked to stop                       nothing
TransferError                the file
├─ IncompleteTransfer        partial, expected                            resume
└─ ChecksumMismatch          expected, got                                once, afresh
   └─ DamagedAtSource        the same wrong bytes twice                   take another portal
StorageError                 no permission, path too long                 choose a folder
└─ DiskFull                  no room                                      make room
UnreadableFile               no image, damaged, or of another kind         choose other files
└─ NoImage                   whole, but nothing to show, or not yet there  choose other files
MissingLibrary               a Python library that QGIS did not bring     install it
UnexpectedError              anything else: our bug                       copy details, report

Each class carries ``retry`` (is trying again sensible?) and ``action`` (the button beside the
sentence), so callers ask the error and need no ladder of ``isinstance``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .model import Product


class SentinelPortalsError(Exception):
    """The root; ``str(error)`` is one plain English sentence without secrets.

    ``code`` is the portal's own word for what happened (``DAT-ZIP-604``), where it has one.
    """

    retry = False
    action = "report"

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        url: str = "",
        status: Optional[int] = None,
        retry_after: Optional[float] = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.url = url
        self.status = status
        self.retry_after = retry_after
        self.code = code


class PortalError(SentinelPortalsError):
    """Anything a portal, or the way to it, can do to us."""


class NetworkError(PortalError):
    """No connection, time-out, proxy or TLS trouble."""

    retry = True
    action = "connection"


class ServiceError(PortalError):
    """The portal is ill (5xx)."""

    retry = True
    action = "later"


class RateLimited(ServiceError):
    """We asked too fast (429); ``retry_after`` is in seconds when the portal said it."""

    action = "wait"


class AuthError(PortalError):
    """The login is missing, wrong or expired (401)."""

    action = "credentials"


class TermsNotAccepted(AuthError):
    """The login is fine, but a licence, a right or a quota is not (403)."""

    action = "portal_page"


class QueryError(PortalError):
    """The portal refuses the question (400, 422), or the question makes no sense."""

    action = "change_search"


class ResponseError(PortalError):
    """An answer that we cannot read: the portal changed, or something between us and it did."""


class ProductUnavailable(PortalError):
    """Gone (404, 410), or offline and not to be ordered."""

    action = "other_portal"


class ProductOffline(ProductUnavailable):
    """In the archive; ``product`` is what the portal knows of it now, where it was asked."""

    product: Optional[Product] = None


class Cancelled(PortalError):
    """The user asked to stop."""

    action = ""


class TransferError(SentinelPortalsError):
    """The file did not arrive as it should."""

    retry = True
    action = "retry"


class IncompleteTransfer(TransferError):
    """Fewer bytes than announced; the part file is kept and resumed."""


class ChecksumMismatch(TransferError):
    """All bytes are there, but they are not the ones the portal announced."""


class DamagedAtSource(ChecksumMismatch):
    """The same wrong bytes came twice: the portal's own file is damaged."""

    retry = False
    action = "other_portal"


class StorageError(SentinelPortalsError):
    """No permission, path too long, ..."""

    action = "folder"


class DiskFull(StorageError):
    """No room on the disk, or none left for this person."""


class UnreadableFile(SentinelPortalsError):
    """A file on the disk that is not the image it should be."""

    action = "folder"


class NoImage(UnreadableFile):
    """Nothing is wrong, but there is nothing to show: another product, or one to be fetched yet."""


class MissingLibrary(SentinelPortalsError):
    """A Python library that this QGIS did not bring along."""

    action = "install"


class UnexpectedError(SentinelPortalsError):
    """A bug of ours; ``__cause__`` is what happened."""


def unexpected(error: Exception, title: str, provider: str) -> UnexpectedError:
    """The bug as an error of its own, so that it costs only what it happened to."""
    found = UnexpectedError(
        f"Something unexpected happened with {title}: {type(error).__name__}.", provider=provider
    )
    found.__cause__ = error
    return found
