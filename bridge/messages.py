"""Errors as sentences and buttons, and the log panel.

A sentence says what happened, to whom, and what to do next: a fact of the core in the user's
language (`facts`), and from `ROWS` the rest.
"""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from typing import Optional

from qgis.core import Qgis, QgsMessageLog

from ..core import errors
from .facts import fact
from .i18n import mark, tr, translated

TAG = "Sentinel Portals"


@dataclass(frozen=True)
class Row:
    """``answered`` is said of an HTTP status, ``next`` is what to do now."""

    answered: str = ""
    next: str = ""


ROWS: dict[type[errors.SentinelPortalsError], Row] = {
    errors.SentinelPortalsError: Row(next=mark("Details are in the log.")),
    errors.PortalError: Row(
        mark("{portal} answered with an error ({answer})."), mark("Details are in the log.")
    ),
    errors.NetworkError: Row(
        mark("{portal} could not be reached ({answer})."),
        mark("Check the connection and QGIS's network settings, then try again."),
    ),
    errors.ServiceError: Row(
        mark("{portal} is out of order at the moment ({answer})."), mark("Try again later.")
    ),
    errors.RateLimited: Row(mark("{portal} asks us to be slower."), mark("Wait a moment.")),
    errors.AuthError: Row(
        mark("{portal} did not accept the login ({answer})."),
        mark("Check the credentials of this portal."),
    ),
    errors.TermsNotAccepted: Row(
        mark("{portal} knows the login but does not permit this ({answer})."),
        mark("Accept its licence or look at your quota on the portal's page."),
    ),
    errors.QueryError: Row(
        mark("{portal} refuses the question ({answer})."), mark("Change the search.")
    ),
    errors.ResponseError: Row(
        mark("{portal} gave an answer that was not expected ({answer})."),
        mark("Try again later; if it stays so, the portal has changed: please report it."),
    ),
    errors.ProductUnavailable: Row(
        mark("{portal} does not have it any more ({answer})."), mark("Try another portal.")
    ),
    errors.ProductOffline: Row(next=mark("It has to be ordered from the archive.")),
    errors.Cancelled: Row(),
    errors.TransferError: Row(next=mark("Try again.")),
    errors.IncompleteTransfer: Row(next=mark("Try again: it goes on where it stopped.")),
    errors.ChecksumMismatch: Row(next=mark("Try again; if it stays so, please report it.")),
    errors.DamagedAtSource: Row(next=mark("Try another portal.")),
    errors.DiskFull: Row(next=mark("Choose another folder or make room.")),
    errors.StorageError: Row(next=mark("Choose another folder or make room.")),
    errors.MissingLibrary: Row(next=mark("Restart QGIS afterwards.")),
    errors.UnreadableFile: Row(next=mark("Download it again.")),
    errors.NoImage: Row(),
    errors.UnexpectedError: Row(
        next=mark("This is a mistake of the plugin: please report it with the details in the log.")
    ),
}

BUTTONS = {
    "": "",
    "change_search": "",
    "connection": mark("Network settings"),
    "credentials": mark("Credentials"),
    "folder": mark("Choose a folder"),
    "install": mark("How to install"),
    "later": mark("Try again"),
    "other_portal": "",
    "portal_page": mark("Open the portal's page"),
    "report": mark("Details"),
    "retry": mark("Try again"),
    "wait": mark("Try again"),
}
"""`error.action` to the words on the button, '' for none."""


def sentence(error: BaseException, title: str = "", login: bool = True) -> str:
    """What happened, to whom, what next; ``title`` is the portal's, if the error knows its id.

    ``login`` says whether we know a way to log in there at all.
    """
    if isinstance(error, errors.AuthError) and not login:
        return tr(
            "{portal} wants a login, and nobody told us which. If you added this portal, its entry "
            "in the portals file must tell its “auth”."
        ).format(portal=title or error.provider)
    known = error if isinstance(error, errors.SentinelPortalsError) else unexpected(error)
    row = next(ROWS[kind] for kind in type(known).__mro__ if kind in ROWS)
    answer = re.search(r" answered (\d{3}.*)$", str(known))
    if known.status and row.answered and answer:
        portal = title or known.provider
        told = translated(row.answered).format(portal=portal, answer=answer[1].rstrip(". "))
    else:
        told = fact(str(known))
        if title and known.provider and known.provider != title:
            told = re.sub(rf"\b{re.escape(known.provider)}\b", title, told)
    return f"{told} {_next(known, row)}".strip()


def _next(error: errors.SentinelPortalsError, row: Row) -> str:
    if isinstance(error, errors.RateLimited) and error.retry_after:
        return tr("Try again in {seconds} s.").format(seconds=round(error.retry_after))
    return translated(row.next) if row.next else ""


def unexpected(error: BaseException) -> errors.UnexpectedError:
    """A bug of ours as one of our errors."""
    wrapped = errors.UnexpectedError(f"Something unexpected happened: {type(error).__name__}.")
    wrapped.__cause__ = error
    return wrapped


def button(error: BaseException) -> tuple[str, str]:
    """The action that helps and the words on its button; ("", "") where there is none."""
    action = getattr(error, "action", "report")
    words = BUTTONS.get(action, "")
    return (action, translated(words)) if words else ("", "")


def log(text: str, error: Optional[BaseException] = None) -> None:
    """One entry of the log panel, with the traceback of ``error``; never a secret."""
    level = Qgis.MessageLevel.Warning if error else Qgis.MessageLevel.Info
    if error is not None:
        story = traceback.format_exception(type(error), error, error.__traceback__)
        text = f"{text}\n{''.join(story)}"
    QgsMessageLog.logMessage(discreet(text), TAG, level, False)


SECRETS = (
    (re.compile(r"://[^/\s@]+@"), "://***@"),
    (re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]*"), r"\1?***"),
    (re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]+"), r"\1 ***"),
    (
        re.compile(
            r"(?i)\b(pass\w*|token|access_token|refresh_token|secret|api[-_]?key)(['\"]?\s*[=:]\s*)\S+"
        ),
        r"\1\2***",
    ),
)
"""What must not be read in a log: users in addresses, queries (they carry signatures), tokens."""


def discreet(text: str) -> str:
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text
