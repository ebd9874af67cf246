"""Every fact that the core, the portals and the formats tell, as a template to be translated.

They speak plain English, because they know no Qt; a test compares this list with their code.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .i18n import mark, translated

FACTS = (
    mark("An area cannot be cut out of an image without GDAL."),
    mark("EPSG:{code} is no UTM zone."),
    mark("GDAL says: {why}"),
    mark("No area: paste WKT or GeoJSON first."),
    mark("No open portal holds {collection}."),
    mark("Planetary Computer gave no signature for the link."),
    mark("QGIS cannot open {file}."),
    mark("Reading from an object store needs GDAL 3.5 or newer."),
    mark("Sentinel Portals needs the Python library shapely. {how}"),
    mark("Something unexpected happened with {portal}: {kind}."),
    mark("Something unexpected happened: {kind}."),
    mark("The area does not touch {title}."),
    mark("The area has no surface: draw a rectangle or a polygon."),
    mark("The certificate of {portal} is not trusted."),
    mark("The code for {portal} ended before it was used."),
    mark("The connection to {portal} broke off."),
    mark("The coordinates are not degrees: longitude and latitude are wanted."),
    mark("The disk is full: {folder} has no room for {file}."),
    mark("The disk is too full: {wanted} GB are wanted, {free} GB are free in {folder}."),
    mark("The disk is too full: {wanted} MB are wanted, {free} MB are free in {folder}."),
    mark("The folder {folder} cannot be written to."),
    mark("The geometry cannot be read."),
    mark("The index of what is on the disk {path} could not be read or written: {why}."),
    mark("The key for {portal} cannot be read: paste the whole key file (JSON)."),
    mark("The list of downloads {path} could not be read or written: {why}."),
    mark("The login at {portal} has ended or was withdrawn: log in again."),
    mark("The login for {portal} can only be tested by a download."),
    mark("The login for {portal} is locked in QGIS's authentication database: unlock it."),
    mark("The login for {portal} is safe in downloads only: download the scene."),
    mark("The metadata of {product} is damaged."),
    mark("The pasted GeoJSON has no geometry."),
    mark("The pasted text is neither WKT nor GeoJSON."),
    mark("The pasted text is not readable as GeoJSON."),
    mark("The path {path} is too long for this system."),
    mark("The portal {portal} in {file} was left out: {why}."),
    mark("The portal {portal} is no longer in the list of portals."),
    mark("The portals file {file} cannot be read: {why}."),
    mark("The portals file {file} is no JSON in line {line}, column {column}."),
    mark("The portals file {file} must hold a list of portals."),
    mark("The proxy did not let us through to {portal}."),
    mark("The quicklook of {title} cannot be placed: it has no footprint."),
    mark(
        "The quicklook of {title} cannot be placed: its four corners or its direction of flight "
        "are not known."
    ),
    mark("The quicklook of {title} cannot be placed: nobody says where its corners are."),
    mark("The request to {portal} was cancelled."),
    mark("The search makes no sense: {why}."),
    mark("The search was cancelled."),
    mark("The window cannot be cut out of {file}."),
    mark("The window lies outside of {scene}."),
    mark("The {algorithm} checksum of {file} is not the one that {portal} announced."),
    mark("There is no band to make an image of."),
    mark("There is nothing in {title}: every pixel is no-data."),
    mark("There is no collection called {collection}."),
    mark("There is no image with bands in {place}."),
    mark("There is no portal called {portal}."),
    mark("{entry} cannot be added: {why}."),
    mark("{file} cannot be written: {why}."),
    mark("{file} could not be written in {folder}: {why}."),
    mark("{file} does not exist."),
    mark("{file} has {got} bytes, {portal} announced {wanted}."),
    mark("{file} in {archive} is damaged."),
    mark("{file} is damaged or is not an image that GDAL reads."),
    mark("{file} is in another coordinate system than {other}."),
    mark("{file} is not a STAC item."),
    mark("{file} is not on a north-up grid, so it cannot be joined with others."),
    mark("{file} was written by a newer Sentinel Portals."),
    mark("{portal} answered with a web page instead of data."),
    mark("{portal} asked us to wait."),
    mark("{portal} closed on {day}."),
    mark("{portal} did not accept the login."),
    mark("{portal} did not answer within {seconds} s."),
    mark("{portal} did not begin a login in the browser."),
    mark("{portal} does not hold {collection}."),
    mark("{portal} does not tell where {title} lies."),
    mark("{portal} does not tell whether {title} is online."),
    mark("{portal} gave no access token."),
    mark("{portal} gave no access token{said}."),
    mark("{portal} gave no number for the order."),
    mark("{portal} gives no link to {title}."),
    mark(
        "{portal} gives no more than {size} MB at once: ask for an area of {title}, not for all "
        "of it."
    ),
    mark("{portal} gives no parts of files: download the scene."),
    mark(
        "{portal} has a certificate of its own, which GDAL would have to trust everywhere: "
        "download the scene."
    ),
    mark("{portal} has an address that cannot be asked: {url}"),
    mark("{portal} gave no login that lasts."),
    mark("{portal} has another {file} than a moment ago."),
    mark("{portal} has no cloud-optimised images of {title}: download the scene."),
    mark("{portal} has no image of {title} of which an area can be cut out."),
    mark("{portal} has no login yet."),
    mark("{portal} computes areas, no whole scenes: ask for an area of {band}."),
    mark("{portal} does not tell when {title} was taken."),
    mark("{portal} has none of the wanted bands of {title}."),
    mark("{portal} has none of the wanted files of {title} for download."),
    mark("{portal} is fetching {title} from its archive."),
    mark("{portal} is not reachable."),
    mark("{portal} is still making {title} ready: try again in some minutes."),
    mark("{portal} keeps {title} offline ({status})."),
    mark("{portal} leads to an address that cannot be asked: {url}"),
    mark("{portal} lists no {what} in {title}: fetch the whole product instead."),
    mark("{portal} no longer answers at this address ({status})."),
    mark("{portal} redirects in a circle."),
    mark("{portal} refuses: accept the licence of this data set once in its viewer."),
    mark(
        "{portal} refuses: register the Cloud project for Earth Engine, and switch the interface "
        "on in it. ({said})"
    ),
    mark("{portal} resumed {file} at the wrong byte."),
    mark("{portal} sends readers on to another server: download the scene."),
    mark("{portal} sent a web page instead of a file; the login or the licence may be missing."),
    mark("{portal} sent a web page instead of {file}; the login or the licence may be missing."),
    mark("{portal} sent an answer that cannot be read ({why})."),
    mark("{portal} sent an answer that cannot be read."),
    mark("{portal} sent an answer that is not JSON."),
    mark("{portal} sent no image."),
    mark("{portal} sent more than {size} MB for one answer."),
    mark("{portal} sent no file for {file} (status {status})."),
    mark("{portal} sent only part of an answer."),
    mark("{portal} sent {got} of {wanted} bytes of {file}."),
    mark("{portal} takes no orders for offline products."),
    mark("{portal} wants a login before it can be searched."),
    mark("{portal} wants a login before it lets files go."),
    mark("{portal} wants a new one-time code: log in again."),
    mark("{server} gave no list of layers: {why}."),
    mark("{server} refuses: {why}"),
    mark("{title} has none of the bands {bands} on the disk."),
    mark("Not on the disk yet: {titles}."),
    mark("{title} holds no image, only measurements along a track."),
    mark("The product does not say where its pixels lie."),
    mark("This QGIS comes without HDF5, which netCDF files are read with."),
    mark("The loading was cancelled."),
    mark("{portal} has a damaged {file}: the same wrong bytes came twice."),
    mark("{portal} did not bring {title} from its archive in {hours} hours."),
    mark("The disk takes no file as large as {file} in {folder}."),
    mark("{file} is no archive to be trusted: {why}."),
    mark("{file} is damaged: it is no whole zip archive."),
)

REASONS = (
    mark("a portal of the family {family} has no fact called {name}"),
    mark("another entry has the same id"),
    mark("cannot be read"),
    mark("cannot be taken: {why}"),
    mark("it has no {name}"),
    mark("it holds a secret; accounts belong into QGIS's authentication settings"),
    mark("it is no object"),
    mark("its certificate {file} cannot be read"),
    mark("its certificate {file} is no certificate in PEM"),
    mark("its family must be one of {names}"),
    mark("its id must be a word of letters, digits and _"),
    mark("its {name} {why}"),
    mark("knows no {name}"),
    mark("must be a date like 2020-01-31"),
    mark("must be a list of texts"),
    mark("must be a number of seconds above 0, 60 at most"),
    mark("must be a whole number above 0, 100000 at most"),
    mark("must be a text"),
    mark("must be an object"),
    mark("must be an object of texts"),
    mark("must be names like *.example.org, not {name}"),
    mark("must be query, filter or empty"),
    mark("must be true or false"),
    mark("must begin with https://"),
    mark("must have a type: one of {names}"),
    mark("must hold numbers, true and false only"),
    mark("name one that we do not know: {names}"),
    mark("the portal of this id is of the family {family}"),
    mark("there is no fact called {name}"),
)
"""Why an entry of the portals file was left out: the ``why`` of a fact."""


def fact(text: str) -> str:
    """A fact in the user's language; as it is where it is not in the list."""
    return _said(text, FACTS)


def _said(text: str, templates: tuple[str, ...]) -> str:
    for template, pattern in _patterns(templates):
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            if "why" in parts:
                parts["why"] = _said(parts["why"], REASONS)
            return translated(template).format(**parts)
    return text


def known(text: str) -> bool:
    return any(pattern.fullmatch(text) for _, pattern in _patterns(FACTS))


@lru_cache(maxsize=2)
def _patterns(templates: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    """The templates with the most words first, so that the most telling one fits."""
    longest = sorted(templates, key=lambda fact: len(re.sub(r"{\w+}", "", fact)), reverse=True)
    return [(template, _pattern(template)) for template in longest]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
