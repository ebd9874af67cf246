"""Errors as sentences and buttons, and the log panel.

A sentence says what happened, to whom, and what to do next. The core tells facts in plain English;
`FACTS` lists them, so that a person reads them in the own language, and `ROWS` adds the rest.
"""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from qgis.core import Qgis, QgsMessageLog

from ..core import errors
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
        mark("The portal may have changed: please report it."),
    ),
    errors.ProductUnavailable: Row(
        mark("{portal} does not have it any more ({answer})."), mark("Try another portal.")
    ),
    errors.Cancelled: Row(),
    errors.TransferError: Row(next=mark("Try again.")),
    errors.IncompleteTransfer: Row(next=mark("Try again: it goes on where it stopped.")),
    errors.ChecksumMismatch: Row(next=mark("Try again; if it stays so, please report it.")),
    errors.StorageError: Row(next=mark("Choose another folder or make room.")),
    errors.MissingLibrary: Row(next=mark("Restart QGIS afterwards.")),
    errors.UnreadableFile: Row(next=mark("Download it again.")),
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

FACTS = (
    mark("No area: paste WKT or GeoJSON first."),
    mark("Sentinel Portals needs the Python library shapely. {how}"),
    mark("Something unexpected happened with {portal}: {kind}."),
    mark("Something unexpected happened: {kind}."),
    mark("The area has no surface: draw a rectangle or a polygon."),
    mark("The certificate of {portal} is not trusted."),
    mark("The connection to {portal} broke off."),
    mark("The disk is full: {folder} has no room for {file}."),
    mark("The disk is too full: {wanted} GB are wanted, {free} GB are free in {folder}."),
    mark("The folder {folder} cannot be written to."),
    mark("The geometry cannot be read."),
    mark("The pasted GeoJSON has no geometry."),
    mark("The pasted text is neither WKT nor GeoJSON."),
    mark("The pasted text is not readable as GeoJSON."),
    mark("The path {path} is too long for this system."),
    mark("The portal {portal} is no longer in the list of portals."),
    mark("The proxy did not let us through to {portal}."),
    mark("The request to {portal} was cancelled."),
    mark("The search was cancelled."),
    mark("The {algorithm} checksum of {file} is not the one that {portal} announced."),
    mark("{file} could not be written in {folder}: {why}."),
    mark("{file} has {got} bytes, {portal} announced {wanted}."),
    mark("{portal} answered with a web page instead of data."),
    mark("{portal} closed on {day}."),
    mark("{portal} did not answer within {seconds} s."),
    mark("{portal} does not hold {collection}."),
    mark("{portal} gave no access token."),
    mark("{portal} has an address that cannot be asked: {url}"),
    mark("{portal} has none of the wanted files of {title} for download."),
    mark("{portal} is not reachable."),
    mark("{portal} keeps {title} offline ({status})."),
    mark("{portal} no longer answers at this address ({status})."),
    mark("{portal} redirects in a circle."),
    mark("{portal} resumed {file} at the wrong byte."),
    mark("{portal} sent a web page instead of {file}; the login or the licence may be missing."),
    mark("{portal} sent an answer that cannot be read ({why})."),
    mark("{portal} sent an answer that is not JSON."),
    mark("{portal} sent more than {size} MB for one answer."),
    mark("{portal} sent only part of an answer."),
    mark("{portal} sent {got} of {wanted} bytes of {file}."),
    mark("{portal} wants a login before it can be searched."),
    mark("{portal} wants a login before it lets files go."),
)
"""Every fact that the core tells, as a template; a test compares this list with the core."""


def sentence(error: BaseException, title: str = "") -> str:
    """What happened, to whom, what next; ``title`` is the portal's, if the error knows its id."""
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


def fact(text: str) -> str:
    """A fact of the core in the user's language; as it is where it is not in the list."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return translated(template).format(**found.groupdict())
    return text


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    def pattern(template: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template)), re.DOTALL)

    return [(template, pattern(template)) for template in FACTS]


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
